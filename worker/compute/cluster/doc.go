// Package cluster splits rows of numbers into groups: k-means for many k at once, with the silhouette of each.
//
// # The concept
//
// k-means looks for k centres such that the sum of squared distances of all rows to their nearest centre, the inertia, is
// small. It finds a local optimum that depends on where it starts, so it starts ten times. The silhouette of a row
// (Rousseeuw 1987) compares a, its mean distance to the other rows of its group, with b, that to the nearest other group:
// (b − a) / max(a, b), 0 in a group of one. The mean over rows says how well k groups fit the data, and is what a user
// chooses k by.
//
// # The steps
//
//  1. Seeds: k-means++ (Arthur and Vassilvitskii 2007), choosing at each step the best of 2 + ln k draws, as scikit-learn
//     does. The first k seeds of a longer sequence are a valid start for k, so a restart draws one sequence for all k.
//  2. Lloyd's iteration. The distances of a row to the centres are computed, all of them side by side, only where two
//     bounds from the triangle inequality leave its nearest centre open (Hamerly 2010, without the distances between
//     centres). A restart has 20 iterations.
//  3. The restart with the least inertia goes on, until the squared movement of the centres is at most 1e-4 of the mean
//     variance (scikit-learn's tolerance) or 100 times, and rows are assigned once more to the final centres. Groups are
//     numbered by size, the largest first.
//  4. Silhouettes of all k from one computation of every distance: a few rows against all, added up per group of every k.
//
// # Trade-offs
//
// Which restart wins is decided in its first iterations; taking all ten to convergence, as scikit-learn does, takes several
// times as long on data without clear groups, and changes the inertia by less than the restarts differ.
//
// A bound per row and centre (Elkan 2003) would leave out more distances, and costs more than it saves: what is left out
// takes a few nanoseconds, but the bounds are rows × k numbers to read and keep.
//
// Beyond 10,000 rows the restarts see a random sample of 10,000 rows and only the best goes on with all of them: seeds and
// local optima are decided by the bulk of the data, which the sample has. The silhouette needs the distance of every row
// to every row; beyond 10,000 rows it is the mean over a random sample of rows, of their distances to all rows: as many
// as make 100 million distances, and 1,000 at least. That estimates the mean without bias, with a standard error below
// 0.01 (averaging within the sample alone, as scikit-learn's sample_size does, changes a and b as well). Result.Rows says
// how many rows.
//
// Restarts and k are shared among goroutines, each computed by one from a random stream of its own: the result does not
// depend on their number.
//
// # Small sets
//
// No more groups are made than there are different rows; of fewer than two there is no silhouette (NaN). A group that
// becomes empty takes over the row that is furthest from its centre.
package cluster
