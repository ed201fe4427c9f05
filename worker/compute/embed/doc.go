// Package embed puts regions on a plane so that those with similar data lie close together, and splits them into groups.
//
// # The concept
//
// A region is a row of features: the signal of every track of a collection at the region (1D), or its contact snippet
// shrunk to 10 × 10 cells (2D). The layout shows the rows in two dimensions, by PCA or UMAP. Groups come from k-means in
// the space of the features, not on the picture: a layout tears apart and squeezes together, and its groups change with
// its noise. How far the picture can be trusted is printed beside it.
//
// # The steps
//
//  1. Features (TrackFeature; pileup.Options.Vectors), missing values NaN. A region without any feature takes no part: its coordinates are
//     NaN and its group −1.
//  2. Scale: a missing value becomes the mean of its column, and is counted; every column is centred and, unless Raw,
//     divided by its population standard deviation. A column without any value, or with a single one, tells nothing and
//     becomes zero.
//  3. PCA: eigenvectors of the covariance matrix. Each is turned so that its largest weight is positive. The places of
//     the regions along the first two are part of every result, whatever its layout, with their shares of the variance.
//  4. Layout: the first two components, or UMAP of all scaled features: the 15 nearest neighbours of every row, itself
//     included; their distances made into memberships by a smooth kernel with its own width per row; the fuzzy union of
//     both directions; a start from two eigenvectors of the graph; and gradient descent on sampled edges, five random
//     rows repelling for every edge that attracts, 500 times over the data (200 beyond 10,000 rows).
//  5. Groups: package cluster on the components that keep 90 % of the variance (at most 20), or on the layout.
//  6. Quality: trustworthiness, neighbours kept, variance kept, a silhouette per k.
//
// # Why so
//
// Neighbours are exact up to 32,768 rows: all distances in single precision, the nearest of them again in double. Beyond,
// a forest of random projections and NN-descent find nearly all at a cost that grows with the rows, not their square;
// Quality.NeighbourRecall says how many.
//
// The gradient descent of umap-learn moves rows one after the other, or, with several threads, races. Here an epoch takes
// an eighth of the rows at a time: each is moved by its own sampled edges and random rows, against where all others are,
// and all are put into place together. Each row has a random stream of its own, so that nothing depends on who computes it
// or when: any number of cores gives the same bits. Interleaved eighths keep the behaviour of moving one after the other;
// moving all rows at once overshoots. The gradient is a function of one number and is read from a table.
//
// Memory is a few copies of the features, and per row 16 candidates more than neighbours, the edges of the graph and a
// label per k: 150 MB for 50,000 rows of 100. Bytes bounds it beforehand.
//
// # Quality
//
// Trustworthiness (Venna and Kaski 2001) is 1 when the 15 nearest rows in the layout are among the 15 nearest in feature
// space, and falls with how far away those are that are not; 0.5 is chance. Neighbours kept is the share of the 15
// nearest in feature space that are among the 15 nearest in the layout. Both are exact up to 5,000 rows, and beyond
// means over a random sample of rows (2,000 at least), against all rows.
//
// # Differences from other tools
//
//   - HiCognition lays out 1D features unscaled, so that the track with the largest values decides; here they are
//     z-scores, as for 2D features (Raw keeps the values).
//   - HiCognition runs k-means on the layout; here it is in feature space (ClusterIn tells otherwise).
//   - HiCognition gives regions without data the mean of all; hundreds of them would be a group of their own. Here they
//     are left out.
//   - HiCognition's 2D features and thumbnails are transposed; here they are oriented like the average. Package pileup
//     (vectorKernel) says how a snippet is shrunk.
//   - Sets too small for 15 neighbours or k groups make a smaller neighbourhood, fewer groups and a message.
//   - umap-learn finds approximate neighbours from 4,096 rows on; here they are exact up to 32,768.
//   - umap-learn starts a graph of several parts from a layout of each; here the start is PCA then, which places the parts
//     by how they differ. Coordinates are never those of umap-learn, even with the same seed; quality is compared.
//   - k-means, silhouettes and trustworthiness are those of scikit-learn, but see package cluster.
package embed
