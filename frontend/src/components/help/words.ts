/** The words that pages, API and help share. */
export const WORDS: { word: string; meaning: string }[] = [
  { word: 'Assembly', meaning: 'A genome build: its name, organism, chromosomes with their lengths, chromosome arms, and other names of the chromosomes.' },
  { word: 'Region set', meaning: 'A list of places in the genome, from a BED file (one place a row) or a BEDPE file (a pair of places, the anchors, a row). The row in the file is the identity of a region everywhere.' },
  { word: 'Point set', meaning: 'A region set of which only the midpoints count: windows of a fixed size are laid around them. For peaks, boundaries, transcription start sites.' },
  { word: 'Interval set', meaning: 'A region set of which start and end count: every region is stretched to one length and shown with 20 % of its length on either side. For domains and genes.' },
  { word: 'Feature', meaning: 'A signal measured along the genome: a signal track (bigWig) or a contact map (.mcool).' },
  { word: 'Dataset', meaning: 'A region set or a feature.' },
  { word: 'Window size', meaning: 'The half-width in bp around a point: ±100 kb shows 200 kb. Interval sets have no window size; they are shown from start to end.' },
  { word: 'Bin size', meaning: 'The width of a cell or a column: in bp for point sets, in percent of the region’s length for interval sets.' },
  { word: 'Preprocessing', meaning: 'Computing, in the queues, what the pictures of a region set and a feature show.' },
  { word: 'Pipeline', meaning: 'A kind of preprocessing: the check of a region set, the 2D average (also called pileup), the stackup with its 1D average.' },
  { word: 'Run', meaning: 'One execution of a pipeline. Runs wait in one of three queues (short, medium, long) until a worker is free; they can be cancelled and repeated.' },
  { word: 'Result', meaning: 'One array that a run has made, with its manifest (everything that went into it) and its ledger. It never changes; the same question is never computed twice.' },
  { word: 'Ledger', meaning: 'The account of what became of every region of the set in a result: read, on a known chromosome, inside, unmasked, used, and why the others were lost.' },
  { word: 'Panel', meaning: 'A card of the Compare page: a region set, a window size and any number of pictures.' },
  { word: 'Widget', meaning: 'One picture in a panel.' },
  { word: 'Session', meaning: 'A named, stored arrangement of panels.' },
]
