#include "textflag.h"

// The numbers 32 to 1, a byte each.
DATA places<>+0(SB)/8, $0x191a1b1c1d1e1f20
DATA places<>+8(SB)/8, $0x1112131415161718
DATA places<>+16(SB)/8, $0x090a0b0c0d0e0f10
DATA places<>+24(SB)/8, $0x0102030405060708
GLOBL places<>(SB), RODATA|NOPTR, $32

// func sumsAVX2(b *byte, blocks int, out *[12]uint64)
TEXT ·sumsAVX2(SB), NOSPLIT, $0-24
	MOVQ     b+0(FP), SI
	MOVQ     blocks+8(FP), CX
	MOVQ     out+16(FP), DI
	VMOVDQU  places<>(SB), Y4
	VPXOR    Y0, Y0, Y0
	VPXOR    Y1, Y1, Y1       // bytes
	VPXOR    Y2, Y2, Y2       // bytes before each block
	VPXOR    Y3, Y3, Y3       // bytes times their places
	VPCMPEQW Y5, Y5, Y5
	VPSRLW   $15, Y5, Y5      // ones

block:
	VMOVDQU    (SI), Y6
	VPADDQ     Y1, Y2, Y2
	VPSADBW    Y0, Y6, Y7
	VPADDQ     Y7, Y1, Y1
	VPMADDUBSW Y4, Y6, Y8     // two products are below 2¹⁵
	VPMADDWD   Y5, Y8, Y8
	VPADDD     Y8, Y3, Y3
	ADDQ       $32, SI
	DECQ       CX
	JNZ        block

	VMOVDQU Y1, (DI)
	VMOVDQU Y2, 32(DI)
	VMOVDQU Y3, 64(DI)
	VZEROUPPER
	RET
