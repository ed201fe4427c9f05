#include "textflag.h"

// sum += (x − column)², for the eight numbers at an offset from DI; x is in Y8.
#define SQUARE(at, sum) \
	VSUBPS at(DI), Y8, Y9 \
	VMULPS Y9, Y9, Y9     \
	VADDPS Y9, sum, sum

// x in Y8, and both pointers to the next column in the end.
#define BEGIN VBROADCASTSS (SI), Y8
#define NEXT ADDQ $4, SI; ADDQ BX, DI; DECQ CX

// The loops over columns of 1 to 4 groups. At most four running sums are kept: the latency of an addition.
#define LOOPS(one, two, three, four, done) \
	CMPQ DX, $1            \
	JEQ  one          \
	CMPQ DX, $2            \
	JEQ  two          \
	CMPQ DX, $3            \
	JEQ  three          \
four:                  \
	BEGIN                  \
	SQUARE(0, Y0)          \
	SQUARE(32, Y1)         \
	SQUARE(64, Y2)         \
	SQUARE(96, Y3)         \
	NEXT                   \
	JNZ  four          \
	JMP  done       \
three:                  \
	BEGIN                  \
	SQUARE(0, Y0)          \
	SQUARE(32, Y1)         \
	SQUARE(64, Y2)         \
	NEXT                   \
	JNZ  three          \
	JMP  done       \
two:                  \
	BEGIN                  \
	SQUARE(0, Y0)          \
	SQUARE(32, Y1)         \
	NEXT                   \
	JNZ  two          \
	JMP  done       \
one:                  \
	BEGIN                  \
	SQUARE(0, Y0)          \
	NEXT                   \
	JNZ  one          \
done:

// func squaresAVX(x *float32, dim int, columns *float32, stride, groups int, out *float32)
TEXT ·squaresAVX(SB), NOSPLIT, $0-48
	MOVQ   x+0(FP), SI
	MOVQ   dim+8(FP), CX
	MOVQ   columns+16(FP), DI
	MOVQ   stride+24(FP), BX
	MOVQ   groups+32(FP), DX
	MOVQ   out+40(FP), R8
	SHLQ   $2, BX
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	VXORPS Y2, Y2, Y2
	VXORPS Y3, Y3, Y3
	LOOPS(one, two, three, four, done)
	VMOVUPS Y0, (R8)
	CMPQ    DX, $2
	JLT     written
	VMOVUPS Y1, 32(R8)
	JEQ     written
	VMOVUPS Y2, 64(R8)
	CMPQ    DX, $4
	JLT     written
	VMOVUPS Y3, 96(R8)

written:
	VZEROUPPER
	RET

DATA infinity<>+0(SB)/4, $0x7f800000
GLOBL infinity<>(SB), RODATA|NOPTR, $4

// The smallest of the eight numbers of v in all lanes of v; t is its lower half.
#define SMALLEST(v, t, u) \
	VEXTRACTF128 $1, v, X5   \
	VMINPS       X5, t, t    \
	VSHUFPS      $0x4E, t, t, u \
	VMINPS       u, t, t     \
	VSHUFPS      $0xB1, t, t, u \
	VMINPS       u, t, t     \
	VINSERTF128  $1, t, v, v

// Which numbers of a group are smallest, as bits in to; they become infinite.
#define FIND(sum, to) \
	VCMPPS    $0, Y4, sum, Y5    \
	VMOVMSKPS Y5, to             \
	VBLENDVPS Y5, Y10, sum, sum

// func nearestAVX(x *float32, dim int, columns *float32, groups int) (row int, least, next float32)
TEXT ·nearestAVX(SB), NOSPLIT, $0-48
	MOVQ         x+0(FP), SI
	MOVQ         dim+8(FP), CX
	MOVQ         columns+16(FP), DI
	MOVQ         groups+24(FP), DX
	MOVQ         DX, BX
	SHLQ         $5, BX
	VBROADCASTSS infinity<>(SB), Y10
	VXORPS       Y0, Y0, Y0
	VMOVAPS      Y10, Y1
	VMOVAPS      Y10, Y2
	VMOVAPS      Y10, Y3
	CMPQ         DX, $2
	JLT          ready
	VXORPS       Y1, Y1, Y1
	JEQ          ready
	VXORPS       Y2, Y2, Y2
	CMPQ         DX, $4
	JLT          ready
	VXORPS       Y3, Y3, Y3

ready:
	LOOPS(one, two, three, four, done)
	VMINPS Y1, Y0, Y4
	VMINPS Y3, Y2, Y5
	VMINPS Y5, Y4, Y4
	SMALLEST(Y4, X4, X6)
	VMOVSS X4, least+40(FP)
	FIND(Y0, R8)
	FIND(Y1, R9)
	FIND(Y2, R10)
	FIND(Y3, R11)
	SHLQ   $8, R9
	SHLQ   $16, R10
	SHLQ   $24, R11
	ORQ    R9, R8
	ORQ    R11, R10
	ORQ    R10, R8
	BSFQ   R8, AX
	MOVQ   AX, row+32(FP)
	LEAQ   -1(R8), R9
	TESTQ  R9, R8
	JNZ    equal
	VMINPS Y1, Y0, Y4
	VMINPS Y3, Y2, Y5
	VMINPS Y5, Y4, Y4
	SMALLEST(Y4, X4, X6)

equal:
	VMOVSS X4, next+44(FP)
	VZEROUPPER
	RET

// func addWideAVX(sums *float64, labels *int32, n int, values *float64)
TEXT ·addWideAVX(SB), NOSPLIT, $0-32
	MOVQ sums+0(FP), DI
	MOVQ labels+8(FP), SI
	MOVQ n+16(FP), CX
	MOVQ values+24(FP), DX

add:
	MOVLQSX (SI), AX
	SHLQ    $7, AX
	VMOVUPD (DX), Y0
	VMOVUPD 32(DX), Y1
	VMOVUPD 64(DX), Y2
	VMOVUPD 96(DX), Y3
	VADDPD  (DI)(AX*1), Y0, Y0
	VADDPD  32(DI)(AX*1), Y1, Y1
	VADDPD  64(DI)(AX*1), Y2, Y2
	VADDPD  96(DI)(AX*1), Y3, Y3
	VMOVUPD Y0, (DI)(AX*1)
	VMOVUPD Y1, 32(DI)(AX*1)
	VMOVUPD Y2, 64(DI)(AX*1)
	VMOVUPD Y3, 96(DI)(AX*1)
	ADDQ    $4, SI
	ADDQ    $128, DX
	DECQ    CX
	JNZ     add
	VZEROUPPER
	RET
