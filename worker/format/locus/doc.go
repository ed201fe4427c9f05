// Package locus reads what lies around one place of the genome: the contact map of a stretch against itself or another one,
// and a signal in bins along it. Both read only the parts of the file that they need, so that one place of a large file takes
// as long as one of a small file:
//
//   - Of a map, row i can have stored pixels with columns i … hi−1 only at the beginning of the row, because columns are sorted
//     and begin at the diagonal; there are at most hi−i of them. So the stretch lo … hi touches at most (hi−lo)²/2 pixels,
//     however deep the map is and however far it reaches to the right. The contacts of two stretches are in the rows of both,
//     each up to the end of the other one.
//   - Of a bigWig, the coarsest zoom level is taken that has at least 16 records per bin; finer bins are made of the values
//     themselves.
package locus
