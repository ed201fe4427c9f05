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
