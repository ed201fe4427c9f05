#include "textflag.h"

// func dots4(x, y *float32, stride, rows int, out *float32)
//
// Four rows at a time, each with four running sums in one register: two multiplications and two additions of four
// numbers start per cycle, which is what the processor can do without AVX. SSE2 is part of every amd64.
TEXT ·dots4(SB), NOSPLIT, $0-40
	MOVQ x+0(FP), SI
	MOVQ y+8(FP), DI
	MOVQ stride+16(FP), BX
	MOVQ rows+24(FP), CX
	MOVQ out+32(FP), DX
	SHLQ $2, BX             // bytes per row
	SHRQ $2, CX             // groups of four rows
	JZ   done

group:
	LEAQ  (DI)(BX*1), R8
	LEAQ  (DI)(BX*2), R9
	LEAQ  (R8)(BX*2), R10
	XORPS X0, X0
	XORPS X1, X1
	XORPS X2, X2
	XORPS X3, X3
	XORQ  AX, AX

step:
	MOVUPS (SI)(AX*1), X4
	MOVUPS (DI)(AX*1), X5
	MOVUPS (R8)(AX*1), X6
	MOVUPS (R9)(AX*1), X7
	MOVUPS (R10)(AX*1), X8
	MULPS  X4, X5
	MULPS  X4, X6
	MULPS  X4, X7
	MULPS  X4, X8
	ADDPS  X5, X0
	ADDPS  X6, X1
	ADDPS  X7, X2
	ADDPS  X8, X3
	ADDQ   $16, AX
	CMPQ   AX, BX
	JLT    step

	// With a, b, c, d the sums of the rows: X0 = a0+a2, b0+b2, a1+a3, b1+b3; X2 the same of c and d.
	MOVAPS   X0, X4
	UNPCKLPS X1, X0
	UNPCKHPS X1, X4
	ADDPS    X4, X0
	MOVAPS   X2, X5
	UNPCKLPS X3, X2
	UNPCKHPS X3, X5
	ADDPS    X5, X2

	// (a0+a2) + (a1+a3), and so on.
	MOVAPS  X0, X1
	MOVLHPS X2, X1
	MOVHLPS X0, X2
	ADDPS   X2, X1
	MOVUPS  X1, (DX)
	ADDQ    $16, DX
	LEAQ    (DI)(BX*4), DI
	DECQ    CX
	JNZ     group

done:
	RET

// func gather4(x, y *float32, stride, rows int, row *int32, out *float32)
//
// dots4 for rows that are anywhere in y.
TEXT ·gather4(SB), NOSPLIT, $0-48
	MOVQ x+0(FP), SI
	MOVQ y+8(FP), DI
	MOVQ stride+16(FP), BX
	MOVQ rows+24(FP), CX
	MOVQ row+32(FP), R12
	MOVQ out+40(FP), DX
	SHLQ $2, BX
	SHRQ $2, CX
	JZ   ready

four:
	MOVLQSX (R12), R11
	MOVLQSX 4(R12), R8
	MOVLQSX 8(R12), R9
	MOVLQSX 12(R12), R10
	IMULQ   BX, R11
	IMULQ   BX, R8
	IMULQ   BX, R9
	IMULQ   BX, R10
	ADDQ    DI, R11
	ADDQ    DI, R8
	ADDQ    DI, R9
	ADDQ    DI, R10
	ADDQ    $16, R12
	XORPS   X0, X0
	XORPS   X1, X1
	XORPS   X2, X2
	XORPS   X3, X3
	XORQ    AX, AX

next:
	MOVUPS (SI)(AX*1), X4
	MOVUPS (R11)(AX*1), X5
	MOVUPS (R8)(AX*1), X6
	MOVUPS (R9)(AX*1), X7
	MOVUPS (R10)(AX*1), X8
	MULPS  X4, X5
	MULPS  X4, X6
	MULPS  X4, X7
	MULPS  X4, X8
	ADDPS  X5, X0
	ADDPS  X6, X1
	ADDPS  X7, X2
	ADDPS  X8, X3
	ADDQ   $16, AX
	CMPQ   AX, BX
	JLT    next

	MOVAPS   X0, X4
	UNPCKLPS X1, X0
	UNPCKHPS X1, X4
	ADDPS    X4, X0
	MOVAPS   X2, X5
	UNPCKLPS X3, X2
	UNPCKHPS X3, X5
	ADDPS    X5, X2
	MOVAPS   X0, X1
	MOVLHPS  X2, X1
	MOVHLPS  X0, X2
	ADDPS    X2, X1
	MOVUPS   X1, (DX)
	ADDQ     $16, DX
	DECQ     CX
	JNZ      four

ready:
	RET
