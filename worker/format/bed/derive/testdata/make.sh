#!/bin/sh
# Makes the expected files anew, with bedtools 2.30.0. a.bed, b.bed and c.bed are random and sorted, as bedtools needs them.
set -e
cd "$(dirname "$0")"
bedtools intersect -u -a a.bed -b b.bed > intersect_regions.expected
bedtools intersect -u -a a.bed -b b.bed | bedtools intersect -u -a - -b c.bed > intersect_three.expected
bedtools merge -i b.bed | bedtools intersect -a a.bed -b - > intersect_pieces.expected
bedtools subtract -A -a a.bed -b b.bed > subtract_regions.expected
bedtools intersect -v -a a.bed -b b.bed c.bed > subtract_three.expected
bedtools subtract -a a.bed -b b.bed > subtract_pieces.expected
(sed 's/$/\tA/' a.bed; sed 's/$/\tB/' b.bed) | sort -k1,1 -k2,2n | bedtools merge -i - -c 1,7 -o count,count_distinct > union_merged.expected
bedtools merge -i a.bed -c 1 -o count > merge_0.expected
bedtools merge -d 75 -i a.bed -c 1 -o count > merge_75.expected
near() {
	bedtools closest -d -t first -a a.bed -b b.bed | awk -v OFS='\t' -v FS='\t' "$1"' { print $1, $2, $3, $4, $5, $6, $13, $10 " " $7 ":" $8 "-" $9 }'
}
near '$13 <= 40' > nearest_40.expected
near '$13 > 40' > nearest_beyond_40.expected
bedtools slop -s -l 100 -r 50 -i a.bed -g chrom.sizes > extend_stranded.expected
bedtools slop -b 100 -i a.bed -g chrom.sizes > extend.expected
bedtools flank -s -l 100 -r 30 -i a.bed -g chrom.sizes > flank_stranded.expected
bedtools flank -l 50 -r 0 -i a.bed -g chrom.sizes > flank_upstream.expected
