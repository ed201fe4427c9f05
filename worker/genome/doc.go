// Package genome holds the coordinate system that every reader and every computation shares: chromosomes and their
// aliases, chromosome arms, regions, windows and bins.
//
// Coordinates are 0-based, half-open, in base pairs. A region's identity is its row index in its file.
package genome
