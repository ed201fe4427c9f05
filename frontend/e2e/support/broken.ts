import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

import { file } from './stack'
import type { Content } from './upload'

export interface Broken {
  name: string
  bytes: Buffer
  /** What the page has to say. */
  says: RegExp
  /** Chosen by hand, where content and name do not tell. */
  kind?: 'Region set' | 'Signal track' | 'Contact map'
  /** Said to be of this assembly instead of the demo genome's. */
  assembly?: string
}

const text = (s: string): Buffer => Buffer.from(s)
const rows = (n: number, row = (i: number): string => `chr1\t${i * 1000}\t${i * 1000 + 500}`): string => Array.from({ length: n }, (_, i) => row(i)).join('\n') + '\n'
const after = (bad: string): Buffer => text(rows(3) + bad + '\n')
const noise = (n: number): Buffer => Buffer.from(Array.from({ length: n }, (_, i) => (i * 167 + (i >> 3) * 31) % 256))

/** Files that have to be refused, each for a reason of its own. */
export function brokenFiles(): Broken[] {
  const map = readFileSync(file('wild_type.mcool'))
  const track = readFileSync(file('CTCF.bw'))
  const packed = gzipSync(text(rows(5000, (i) => `chr1\t${i * 1000}\t${i * 1000 + 500}\tpeak_${(i * 7919) % 5000}`)))
  const cut = (b: Buffer, share: number): Buffer => b.subarray(0, Math.floor(b.length * share))
  const broken = (at: string): RegExp => new RegExp(`is a broken ${at}: .* It may have been cut short`)
  return [
    { name: 'empty.bed', bytes: text(''), says: /empty\.bed is empty/ },
    { name: 'blank.bed', bytes: text('\n \n\n'), says: /blank\.bed is empty/ },
    { name: 'comments.bed', bytes: text('# nothing\ntrack name=x\n'), says: /no regions/ },
    { name: 'page.bed', bytes: text('<!DOCTYPE html><html><body>Please log in</body></html>'), says: /page\.bed is a web page .*login page/ },
    { name: 'answer.bed', bytes: text('<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'), says: /answer\.bed is an XML document/ },
    { name: 'line-1000.bed', bytes: text(rows(999) + 'chr1\tabc\t2000000\n' + rows(10)), says: /Line 1000 of the file is malformed: the start is not a whole number/ },
    { name: 'many-lines.bed', bytes: text(rows(50, (i) => (i % 2 ? 'chr1\tx\ty' : 'chr1\t1\t2'))), says: /25 lines of the file are malformed; the first is line 2/ },
    { name: 'reversed.bed', bytes: after('chr1\t5000\t4000'), says: /Line 4 of the file is malformed: .*the end is before the start/ },
    { name: 'negative.bed', bytes: after('chr1\t-5\t100'), says: /Line 4 of the file is malformed: .*the start is negative/ },
    { name: 'beyond.bed', bytes: after('chr3\t3999000\t4000001'), says: /Line 4 of the file is malformed: .*beyond the end of chr3, which has 4000000 bp/ },
    { name: 'unknown.bed', bytes: text(rows(5, (i) => `scaffold_${i}\t1\t2`)), says: /none of the 5 regions is on a chromosome of demo/i },
    { name: 'two-columns.bed', bytes: text('chr1\t100\nchr1\t200\n'), says: /BED needs 3 columns, the row has 2/ },
    { name: 'four-columns.bedpe', bytes: text('chr1\t100\t200\tchr1\nchr1\t300\t400\tchr1\n'), says: /four-columns\.bedpe is named BEDPE, but its first row has no second region/ },
    { name: 'bytes.bed', bytes: Buffer.alloc(2000, 0xff), says: /bytes\.bed is a binary file/ },
    { name: 'late-bytes.bed', bytes: Buffer.concat([text(rows(4000)), Buffer.from([0xff, 0xff, 0x0a])]), says: /line 4001 has bytes that are not UTF-8/ },
    { name: 'wide.bed', bytes: Buffer.from('\ufeff' + rows(50), 'utf16le'), says: /wide\.bed is a text file in UTF-16.*UTF-8/ },
    { name: 'noise.bed', bytes: noise(5000), says: /noise\.bed is a binary file/ },
    { name: 'bomb.bed.gz', bytes: gzipSync(Buffer.alloc(120 << 20, 'chr1\t1\t2\n')), says: /too large: it unpacks to more than \d+ times its size/ },
    { name: 'cut.bed.gz', bytes: cut(packed, 0.6), says: /compressed file is damaged: it ends early, after line \d+/ },
    { name: 'archive.bed', bytes: Buffer.concat([text('PK\x03\x04'), noise(500)]), says: /archive\.bed is a zip archive, .*Unpack it first/ },
    { name: 'long-line.bed', bytes: text(rows(3) + 'chr1\t1\t2\t' + 'x'.repeat(3 << 20) + '\n'), says: /line 4 is longer than/ },
    { name: 'header.bw', bytes: cut(track, 40 / track.length), says: broken('bigWig file') },
    { name: 'half.bw', bytes: cut(track, 0.5), says: broken('bigWig file') },
    { name: 'tail.bw', bytes: cut(track, 0.97), says: broken('bigWig file') },
    { name: 'header.mcool', bytes: cut(map, 60 / map.length), says: broken('contact map') },
    { name: 'half.mcool', bytes: cut(map, 0.5), says: broken('contact map') },
    { name: 'tail.mcool', bytes: cut(map, 0.999), says: broken('contact map') },
    { name: 'words.bw', bytes: text('fixedStep chrom=chr1 start=1 step=10\n1.5\n'), says: /words\.bw is a text file.*not a signal track \(bigWig\)/ },
    { name: 'track.mcool', bytes: track, kind: 'Contact map', says: /track\.mcool is a bigWig file, not a contact map/ },
    { name: 'map.bw', bytes: map, kind: 'Signal track', says: /map\.bw is an HDF5 file .*, not a signal track/ },
    { name: 'other.h5', bytes: readFileSync(file('other.h5')), says: /other\.h5 cannot be used: .*another kind of HDF5 file/ },
    { name: 'no-resolutions.mcool', bytes: readFileSync(file('no-resolutions.mcool')), says: /it has no resolutions/ },
    { name: 'foreign.mcool', bytes: map, assembly: 'hg19', says: /foreign\.mcool does not fit hg19.*another assembly/ },
    { name: 'foreign.bw', bytes: track, assembly: 'sacCer3', says: /foreign\.bw.*(does not fit|is in) sacCer3.*another assembly/ },
  ]
}

export const content = (b: { name: string; bytes: Buffer }): Content => ({ name: b.name, mimeType: 'application/octet-stream', buffer: b.bytes })
