#include "textflag.h"

// The first four of masks<>+8·(4−n) are n of ones and then zeros.
DATA masks<>+0(SB)/8, $-1
DATA masks<>+8(SB)/8, $-1
DATA masks<>+16(SB)/8, $-1
DATA masks<>+24(SB)/8, $-1
DATA masks<>+32(SB)/8, $0
DATA masks<>+40(SB)/8, $0
DATA masks<>+48(SB)/8, $0
DATA masks<>+56(SB)/8, $0
GLOBL masks<>(SB), RODATA|NOPTR, $64

// LOAD takes four cells apart: their sums, and their sums of squares.
#define LOAD(at, sum, sq) \
	VMOVUPD   (at)(DI), Y12     \
	VMOVUPD   (at+32)(DI), Y13  \
	VUNPCKLPD Y13, Y12, sum     \
	VUNPCKHPD Y13, Y12, sq      \
	VPERMPD   $0xd8, sum, sum   \
	VPERMPD   $0xd8, sq, sq

#define STORE(at, sum, sq) \
	VPERMPD   $0xd8, sum, sum   \
	VPERMPD   $0xd8, sq, sq     \
	VUNPCKLPD sq, sum, Y12      \
	VUNPCKHPD sq, sum, Y13      \
	VMOVUPD   Y12, (at)(DI)     \
	VMOVUPD   Y13, (at+32)(DI)

// ADD adds four values and their squares, as addLineGo does.
#define ADD(value, sum, sq) \
	VADDPD value, sum, sum      \
	VMULPD value, value, value  \
	VADDPD value, sq, sq

#define LOAD16 \
	LOAD(0, Y0, Y4)   \
	LOAD(64, Y1, Y5)  \
	LOAD(128, Y2, Y6) \
	LOAD(192, Y3, Y7)

#define ADD16 \
	ADD(Y8, Y0, Y4)  \
	ADD(Y9, Y1, Y5)  \
	ADD(Y10, Y2, Y6) \
	ADD(Y11, Y3, Y7)

#define STORE16 \
	STORE(0, Y0, Y4)   \
	STORE(64, Y1, Y5)  \
	STORE(128, Y2, Y6) \
	STORE(192, Y3, Y7)

// MASK sets Y15 for the CX values that are left, four at most.
#define MASK \
	MOVQ    $4, AX            \
	CMPQ    CX, AX            \
	CMOVQLT CX, AX            \
	NEGQ    AX                \
	LEAQ    masks<>+32(SB), DX \
	VMOVUPD (DX)(AX*8), Y15

// func addLinesAVX2(sums *cell, values *float64, starts *int, lines, n int)
TEXT ·addLinesAVX2(SB), NOSPLIT, $0-40
	MOVQ sums+0(FP), DI
	MOVQ values+8(FP), SI
	MOVQ starts+16(FP), R8
	MOVQ lines+24(FP), R9
	MOVQ n+32(FP), CX

sixteen:
	CMPQ CX, $16
	JLT  four
	LOAD16
	MOVQ R8, R10
	MOVQ R9, R11

line16:
	MOVQ    (R10), DX
	LEAQ    (SI)(DX*8), DX
	VMOVUPD (DX), Y8
	VMOVUPD 32(DX), Y9
	VMOVUPD 64(DX), Y10
	VMOVUPD 96(DX), Y11
	ADD16
	ADDQ    $8, R10
	DECQ    R11
	JNZ     line16
	STORE16
	ADDQ    $256, DI
	ADDQ    $128, SI
	SUBQ    $16, CX
	JMP     sixteen

four:
	TESTQ CX, CX
	JLE   done
	MASK
	LOAD(0, Y0, Y4)
	MOVQ  R8, R10
	MOVQ  R9, R11

line4:
	MOVQ   (R10), DX
	VANDPD (SI)(DX*8), Y15, Y8
	ADD(Y8, Y0, Y4)
	ADDQ   $8, R10
	DECQ   R11
	JNZ    line4
	STORE(0, Y0, Y4)
	ADDQ   $64, DI
	ADDQ   $32, SI
	SUBQ   $4, CX
	JMP    four

done:
	VZEROUPPER
	RET

// func addPackedLinesAVX2(sums *cell, snippets *[]float32, from, lines, n int)
//
// As addLinesAVX2; a slice takes 24 bytes.
TEXT ·addPackedLinesAVX2(SB), NOSPLIT, $0-40
	MOVQ sums+0(FP), DI
	MOVQ snippets+8(FP), R8
	MOVQ from+16(FP), SI
	MOVQ lines+24(FP), R9
	MOVQ n+32(FP), CX

packed16:
	CMPQ CX, $16
	JLT  packed4
	LOAD16
	MOVQ R8, R10
	MOVQ R9, R11

packedLine16:
	MOVQ      (R10), DX
	LEAQ      (DX)(SI*4), DX
	VCVTPS2PD (DX), Y8
	VCVTPS2PD 16(DX), Y9
	VCVTPS2PD 32(DX), Y10
	VCVTPS2PD 48(DX), Y11
	ADD16
	ADDQ      $24, R10
	DECQ      R11
	JNZ       packedLine16
	STORE16
	ADDQ      $256, DI
	ADDQ      $16, SI
	SUBQ      $16, CX
	JMP       packed16

packed4:
	TESTQ CX, CX
	JLE   packedDone
	MASK
	LOAD(0, Y0, Y4)
	MOVQ  R8, R10
	MOVQ  R9, R11

packedLine4:
	MOVQ      (R10), DX
	VCVTPS2PD (DX)(SI*4), Y8
	VANDPD    Y15, Y8, Y8
	ADD(Y8, Y0, Y4)
	ADDQ      $24, R10
	DECQ      R11
	JNZ       packedLine4
	STORE(0, Y0, Y4)
	ADDQ      $64, DI
	ADDQ      $4, SI
	SUBQ      $4, CX
	JMP       packed4

packedDone:
	VZEROUPPER
	RET
