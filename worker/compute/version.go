// Package compute is the root of the packages that turn regions and signals into numbers.
package compute

// Version of the engine, part of every manifest. It changes when any result may change, be it in the last bit, so that
// results of different versions are never taken for the same.
const Version = "4"
