#include "go_asm.h"
#include "textflag.h"

// Registers, between rounds:
//
//	SI   next byte of the input          R8   the last place of SI for a round
//	DI   next byte of the output         R9   the last place of DI for a round
//	BX   bits read and not used          R10  the output's beginning
//	CX   how many, in its lowest 6 bits  R11  the table of literals and lengths
//	AX   the entry of the next symbol    R12  the table of distances
//	R15  bits 3 to 5, for BEXTR

// REFILL makes at least 56 bits ready.
#define REFILL \
	MOVQ   (SI), DX    \
	SHLXQ  CX, DX, DX  \
	ORQ    DX, BX      \
	BEXTRL R15, CX, DX \
	ADDQ   $7, SI      \
	SUBQ   DX, SI      \
	ORL    $56, CX

// LOOKUP fetches the entry of the next symbol.
#define LOOKUP \
	MOVL BX, AX             \
	ANDL $const_litMask, AX \
	MOVL (R11)(AX*4), AX

// TAKE drops the bits of the entry in AX.
#define TAKE \
	SHRXQ AX, BX, BX \
	SUBL  AX, CX

// VALUE is the number that the entry in AX stands for, extra bits included; AX and tmp are spent.
#define VALUE(number, tmp) \
	BZHIQ AX, BX, number          \
	MOVL  AX, tmp                 \
	SHRL  $8, tmp                 \
	SHRXQ tmp, number, number     \
	TAKE                          \
	SHRL  $16, AX                 \
	ADDL  AX, number

// LITERAL writes the byte of the entry in AX to DI[place].
#define LITERAL(place) \
	TAKE                 \
	SHRL $16, AX         \
	MOVB AX, place(DI)

// LINK follows the entry in AX to the small table behind the first entries of table; tmp and bits are spent.
#define LINK(table, direct, tmp, bits) \
	MOVL  AX, tmp            \
	ANDL  $15, tmp           \
	MOVQ  BX, bits           \
	SHRQ  direct, bits       \
	BZHIQ tmp, bits, bits    \
	SHRL  $16, AX            \
	ADDQ  bits, AX           \
	MOVL  (table)(AX*4), AX

// func decodeBMI2(d *Decoder, dst *byte, at, lastAt, lastIn int) (now, stop int)
TEXT ·decodeBMI2(SB), NOSPLIT, $0-56
	MOVQ d+0(FP), R12
	MOVQ dst+8(FP), R10
	MOVQ at+16(FP), DI
	MOVQ lastAt+24(FP), R9
	MOVQ lastIn+32(FP), R8
	MOVQ Decoder_src(R12), DX
	MOVQ Decoder_in(R12), SI
	MOVQ Decoder_buf(R12), BX
	MOVQ Decoder_n(R12), CX
	LEAQ Decoder_lit(R12), R11
	LEAQ Decoder_dist(R12), R12
	ADDQ R10, DI
	ADDQ R10, R9
	ADDQ DX, SI
	ADDQ DX, R8
	MOVL $0x0303, R15
	REFILL
	LOOKUP

round:
	CMPQ  SI, R8
	JHI   room
	CMPQ  DI, R9
	JHI   room
	REFILL
	TESTL AX, AX           // flagLiteral is the sign
	JNS   symbol
	LITERAL(0)
	LOOKUP
	TESTL AX, AX
	JNS   one
	LITERAL(1)
	LOOKUP
	TESTL AX, AX
	JNS   two
	LITERAL(2)
	LOOKUP
	ADDQ  $3, DI
	JMP   round

two:
	INCQ DI

one:
	INCQ DI
	REFILL                 // a match may need 48 bits

symbol:
	TESTL $const_flagMatch, AX
	JZ    special

match:
	VALUE(DX, R13)         // the length
	MOVBLZX BX, AX         // distBits are eight
	MOVL  (R12)(AX*4), AX
	TESTL $const_flagLink, AX
	JNZ   far

distance:
	VALUE(R13, R14)
	MOVQ  DI, R14
	SUBQ  R10, R14
	LEAQ  -1(R13), AX
	CMPQ  AX, R14
	JCC   corrupt          // before the output's beginning, or no code: a distance of zero
	LOOKUP
	MOVQ  DI, R14
	SUBQ  R13, R14
	CMPQ  R13, $8
	JCS   near
	MOVQ  (R14), R13
	MOVQ  R13, (DI)
	ADDQ  DX, DI
	SUBQ  $8, DX
	JLE   round
	SUBQ  DX, DI

words:
	ADDQ  $8, R14
	MOVQ  (R14), R13
	MOVQ  R13, (DI)
	ADDQ  $8, DI
	SUBQ  $8, DX
	JG    words
	ADDQ  DX, DI
	JMP   round

near: // of the eight bytes as many are right as lie between source and target; of one byte, make eight
	MOVQ    (R14), R14
	CMPQ    R13, $1
	JNE     pattern
	MOVBLZX R14, R14
	MOVQ    $0x0101010101010101, R13
	IMULQ   R13, R14
	MOVL    $8, R13

pattern:
	MOVQ R14, (DI)
	CMPQ DX, R13
	JLS  patterned
	ADDQ R13, DI
	SUBQ R13, DX
	JMP  pattern

patterned:
	ADDQ DX, DI
	JMP  round

far:
	LINK(R12, $const_distBits, R13, R14)
	JMP distance

special:
	TESTL $const_flagLink, AX
	JZ    last
	LINK(R11, $const_litBits, R13, DX)
	TESTL $const_flagMatch, AX
	JNZ   match
	TESTL AX, AX
	JNS   last
	LITERAL(0)
	INCQ  DI
	LOOKUP
	JMP   round

last:
	TAKE
	TESTL $const_flagEnd, AX
	JZ    corrupt
	MOVQ  $const_stopEnd, stop+48(FP)
	JMP   out

corrupt:
	MOVQ $const_stopCorrupt, stop+48(FP)
	JMP  out

room:
	MOVQ $const_stopRoom, stop+48(FP)

out:
	MOVQ d+0(FP), R12
	SUBQ Decoder_src(R12), SI
	SUBQ R10, DI
	MOVQ SI, Decoder_in(R12)
	MOVQ BX, Decoder_buf(R12)
	MOVQ CX, Decoder_n(R12)
	MOVQ DI, now+40(FP)
	RET
