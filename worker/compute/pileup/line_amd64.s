#include "textflag.h"

// func add4(sums *cell, line *float64, n int)
//
// A cell, its sum and its sum of squares, is one register: the value and its square are put side by side and added to it.
// Both additions are those of addLineGo, to the last bit. SSE2 is part of every amd64.
TEXT ·add4(SB), NOSPLIT, $0-24
	MOVQ sums+0(FP), DI
	MOVQ line+8(FP), SI
	MOVQ n+16(FP), CX
	SHRQ $2, CX
	JZ   done

four:
	MOVUPD   (SI), X0
	MOVUPD   16(SI), X4
	MOVAPD   X0, X1
	MOVAPD   X4, X5
	MULPD    X1, X1
	MULPD    X5, X5
	MOVAPD   X0, X2
	MOVAPD   X4, X6
	UNPCKLPD X1, X0
	UNPCKHPD X1, X2
	UNPCKLPD X5, X4
	UNPCKHPD X5, X6
	MOVUPD   (DI), X8
	MOVUPD   16(DI), X9
	MOVUPD   32(DI), X10
	MOVUPD   48(DI), X11
	ADDPD    X0, X8
	ADDPD    X2, X9
	ADDPD    X4, X10
	ADDPD    X6, X11
	MOVUPD   X8, (DI)
	MOVUPD   X9, 16(DI)
	MOVUPD   X10, 32(DI)
	MOVUPD   X11, 48(DI)
	ADDQ     $32, SI
	ADDQ     $64, DI
	DECQ     CX
	JNZ      four

done:
	RET

// func addAVX(sums *cell, line *float64, n int)
//
// As add4, two cells in one register: the square is value × value beside value × 1.
TEXT ·addAVX(SB), NOSPLIT, $0-24
	MOVQ           sums+0(FP), DI
	MOVQ           line+8(FP), SI
	MOVQ           n+16(FP), CX
	SHRQ           $2, CX
	JZ             added
	VBROADCASTSD   one<>(SB), Y15

line:
	VBROADCASTF128 (SI), Y0           // a b a b
	VBROADCASTF128 16(SI), Y1
	VPERMILPD      $12, Y0, Y0        // a a b b
	VPERMILPD      $12, Y1, Y1
	VBLENDPD       $5, Y15, Y0, Y2    // 1 a 1 b
	VBLENDPD       $5, Y15, Y1, Y3
	VMULPD         Y0, Y2, Y2
	VMULPD         Y1, Y3, Y3
	VADDPD         (DI), Y2, Y2
	VADDPD         32(DI), Y3, Y3
	VMOVUPD        Y2, (DI)
	VMOVUPD        Y3, 32(DI)
	ADDQ           $32, SI
	ADDQ           $64, DI
	DECQ           CX
	JNZ            line
	VZEROUPPER

added:
	RET

DATA one<>+0(SB)/8, $1.0
GLOBL one<>(SB), RODATA, $8

// func scale4(to, line *float64, factor float64, n int)
TEXT ·scale4(SB), NOSPLIT, $0-32
	MOVQ     to+0(FP), DI
	MOVQ     line+8(FP), SI
	MOVSD    factor+16(FP), X7
	UNPCKLPD X7, X7
	MOVQ     n+24(FP), CX
	SHRQ     $2, CX
	JZ       ready

next:
	MOVUPD (SI), X0
	MOVUPD 16(SI), X1
	MULPD  X7, X0
	MULPD  X7, X1
	MOVUPD (DI), X2
	MOVUPD 16(DI), X3
	ADDPD  X0, X2
	ADDPD  X1, X3
	MOVUPD X2, (DI)
	MOVUPD X3, 16(DI)
	ADDQ   $32, SI
	ADDQ   $32, DI
	DECQ   CX
	JNZ    next

ready:
	RET

// func gather2(a, b, lines *float64, lo, starts *int32, weights *float64, n int)
//
// Both lines are in one register.
TEXT ·gather2(SB), NOSPLIT, $0-56
	MOVQ a+0(FP), DI
	MOVQ b+8(FP), SI
	MOVQ lines+16(FP), BX
	MOVQ lo+24(FP), R8
	MOVQ starts+32(FP), R9
	MOVQ weights+40(FP), DX
	MOVQ n+48(FP), CX

output:
	MOVLQSX (R8), AX
	SHLQ    $4, AX
	ADDQ    BX, AX        // the first input
	MOVL    4(R9), R10
	SUBL    (R9), R10     // how many
	XORPD   X0, X0
	TESTL   R10, R10
	JZ      store

input:
	MOVUPD (AX), X1
	MOVUPD (DX), X2
	MULPD  X2, X1
	ADDPD  X1, X0
	ADDQ   $16, AX
	ADDQ   $16, DX
	DECL   R10
	JNZ    input

store:
	MOVSD  X0, (DI)
	MOVHPD X0, (SI)
	ADDQ   $8, DI
	ADDQ   $8, SI
	ADDQ   $4, R8
	ADDQ   $4, R9
	DECQ   CX
	JNZ    output
	RET
