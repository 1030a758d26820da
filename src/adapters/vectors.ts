/** Euclidean norm of each row. @param values [rows, width] @returns [rows] */
export function rowNorms(values: Float32Array, width: number): Float64Array {
  const norms = new Float64Array(width > 0 ? values.length / width : 0);
  for (let row = 0; row < norms.length; row++) norms[row] = Math.sqrt(dot(values, values, [row, row], width));
  return norms;
}

/** Cosine of every pair of rows; 0 where a row is zero. @param values [rows, width] @returns [rows, rows] */
export function cosines(values: Float32Array, width: number): Float32Array {
  const norms = rowNorms(values, width);
  const rows = norms.length;
  const result = new Float32Array(rows * rows);
  for (let a = 0; a < rows; a++) {
    for (let b = a; b < rows; b++) {
      const scale = norms[a]! * norms[b]!;
      result[a * rows + b] = result[b * rows + a] = scale > 0 ? dot(values, values, [a, b], width) / scale : 0;
    }
  }
  return result;
}

/** How far each row went from where it was, and the cosine between the two. @param values, before [rows, width] */
export function movement(
  values: Float32Array,
  before: Float32Array,
  width: number,
): readonly { readonly distance: number; readonly cosine: number }[] {
  const [norms, old] = [rowNorms(values, width), rowNorms(before, width)];
  return Array.from(norms, (norm, row) => {
    const inner = dot(values, before, [row, row], width);
    const scale = norm * old[row]!;
    return {
      distance: Math.sqrt(Math.max(0, norm ** 2 + old[row]! ** 2 - 2 * inner)),
      cosine: scale > 0 ? inner / scale : 0,
    };
  });
}

/** The rows of a table that point most nearly the way a vector does, best first. */
export interface Nearest {
  readonly row: number;
  readonly cosine: number;
}

/**
 * For each vector the `count` nearest rows of a table by cosine, read in pieces, because a table of all words may not
 * fit into memory twice.
 * @param vectors [vectors, width] @param table gives [to − from, width] @returns [vectors][count]
 */
export function nearestRows(
  vectors: Float32Array,
  width: number,
  {
    rows,
    read,
    count,
  }: { readonly rows: number; readonly read: (from: number, to: number) => Float32Array; readonly count: number },
): readonly (readonly Nearest[])[] {
  const norms = rowNorms(vectors, width);
  const best: Nearest[][] = Array.from(norms, () => []);
  for (let from = 0; from < rows; from += tablePiece) {
    const piece = read(from, Math.min(rows, from + tablePiece));
    const pieceNorms = rowNorms(piece, width);
    for (let v = 0; v < norms.length; v++) {
      const list = best[v]!;
      for (let r = 0; r < pieceNorms.length; r++) {
        const scale = norms[v]! * pieceNorms[r]!;
        if (scale === 0) continue;
        const cosine = dot(vectors, piece, [v, r], width) / scale;
        if (list.length === count && cosine <= list[count - 1]!.cosine) continue;
        list.splice(placeOf(list, cosine), 0, { row: from + r, cosine });
        if (list.length > count) list.pop();
      }
    }
  }
  return best;
}

/** Rows of a table that are read at once. */
const tablePiece = 4096;

function placeOf(descending: readonly Nearest[], cosine: number): number {
  const place = descending.findIndex((other) => other.cosine < cosine);
  return place < 0 ? descending.length : place;
}

/** Inner product of row `i` of one matrix and row `j` of another. */
function dot(a: Float32Array, b: Float32Array, [i, j]: readonly [number, number], width: number): number {
  let sum = 0;
  for (let k = 0; k < width; k++) sum += a[i * width + k]! * b[j * width + k]!;
  return sum;
}
