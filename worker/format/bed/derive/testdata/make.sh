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

# Fractions and strands. Of parts bedtools reports a base once per region of the other set: they are merged, by row.
bedtools intersect -u -f 0.5 -a a.bed -b b.bed > intersect_half.expected
bedtools intersect -u -f 0.1 -a a.bed -b b.bed > intersect_tenth.expected
bedtools intersect -u -f 1 -a a.bed -b b.bed > intersect_all.expected
bedtools intersect -u -s -a a.bed -b b.bed > intersect_same.expected
bedtools intersect -u -S -a a.bed -b b.bed > intersect_opposite.expected
bedtools intersect -u -f 0.5 -s -a a.bed -b b.bed > intersect_half_same.expected
bedtools intersect -u -f 0.1 -a a.bed -b b.bed | bedtools intersect -u -f 0.1 -a - -b c.bed > intersect_three_tenth.expected
parts() {
	while read -r row; do
		echo "$row" | bedtools intersect "$@" -a - -b b.bed | sort -k1,1 -k2,2n | bedtools merge -i - -c 4,5,6 -o first,first,first 2> /dev/null # it complains of rows without parts
	done < a.bed
}
parts -f 0.1 > intersect_tenth_pieces.expected
parts -s > intersect_same_pieces.expected
bedtools subtract -A -f 0.5 -a a.bed -b b.bed > subtract_half.expected
bedtools subtract -A -s -a a.bed -b b.bed > subtract_same.expected
bedtools subtract -A -f 0.1 -S -a a.bed -b b.bed > subtract_tenth_opposite.expected
bedtools subtract -f 0.1 -a a.bed -b b.bed > subtract_tenth_pieces.expected
bedtools subtract -s -a a.bed -b b.bed > subtract_same_pieces.expected
cat b.bed c.bed | sort -k1,1 -k2,2n | bedtools subtract -f 0.1 -a a.bed -b - > subtract_tenth_three.expected
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
