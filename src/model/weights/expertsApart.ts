import { elementCount } from '../../onnx/tensor';
import type { StoredWeight } from './weights';

/**
 * Weights of a mixture in which the matrices of all experts are stored as one, `[experts, out, in]`, as one weight an
 * expert, where they are in the file; a matrix that holds gates and what they let through, as two.
 * @param weights by transformers' names: `….experts.gate_proj.weight` becomes `….experts.0.gate_proj.weight` and
 *   so on
 */
export function expertsApart(weights: ReadonlyMap<string, StoredWeight>): ReadonlyMap<string, StoredWeight> {
  return new Map([...weights].flatMap(([name, weight]) => apart(name, weight)));
}

function apart(name: string, weight: StoredWeight): readonly (readonly [string, StoredWeight])[] {
  const [, stem, part] = /^(.*\.experts)\.(gate_proj|up_proj|down_proj|gate_up_proj)(?:\.weight)?$/.exec(name) ?? [];
  const [experts, rows, columns] = weight.dims;
  if (stem === undefined || part === undefined || weight.dims.length !== 3 || columns! % weight.format.elements !== 0)
    return [[name, weight]];
  const halves = part === 'gate_up_proj' ? ['gate_proj', 'up_proj'] : [part];
  if (rows! % halves.length !== 0) return [[name, weight]];
  const dims = [rows! / halves.length, columns!];
  const length = (elementCount(dims) / weight.format.elements) * weight.format.bytes;
  return Array.from({ length: experts! * halves.length }, (_, i) => [
    `${stem}.${Math.floor(i / halves.length)}.${halves[i % halves.length]}.weight`,
    { ...weight, dims, region: { ...weight.region, offset: weight.region.offset + i * length, length } },
  ]);
}
