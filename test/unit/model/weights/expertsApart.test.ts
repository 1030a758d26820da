import { describe, expect, it } from 'vitest';
import { expertsApart } from '../../../../src/model/weights/expertsApart';
import { ggmlFormats } from '../../../../src/model/weights/ggmlFormats';
import { float32 } from '../../../../src/model/weights/numberFormats';
import type { StoredWeight } from '../../../../src/model/weights/weights';

const weight = (dims: readonly number[], format: StoredWeight['format'], length: number): StoredWeight => ({
  dims,
  format,
  region: { file: 'model', offset: 100, length },
});

/** Name, shape and bytes of each. */
const found = (name: string, stored: StoredWeight): readonly unknown[] =>
  [...expertsApart(new Map([[name, stored]]))].map(([each, { dims, region }]) => [
    each,
    dims,
    region.offset,
    region.length,
  ]);

describe('experts that are stored as one', () => {
  it('are one weight each, gates apart from what they let through', () => {
    expect(found('model.layers.3.mlp.experts.gate_up_proj', weight([2, 4, 3], float32, 96))).toEqual([
      ['model.layers.3.mlp.experts.0.gate_proj.weight', [2, 3], 100, 24],
      ['model.layers.3.mlp.experts.0.up_proj.weight', [2, 3], 124, 24],
      ['model.layers.3.mlp.experts.1.gate_proj.weight', [2, 3], 148, 24],
      ['model.layers.3.mlp.experts.1.up_proj.weight', [2, 3], 172, 24],
    ]);
  });

  it('begin at whole blocks of a quantised file', () => {
    const q8 = ggmlFormats.get(8)!;
    expect(found('model.layers.0.mlp.experts.down_proj.weight', weight([2, 3, 64], q8, 2 * 3 * 2 * 34))).toEqual([
      ['model.layers.0.mlp.experts.0.down_proj.weight', [3, 64], 100, 204],
      ['model.layers.0.mlp.experts.1.down_proj.weight', [3, 64], 304, 204],
    ]);
  });

  it('stay as they are where they are apart already', () => {
    const name = 'model.layers.0.mlp.experts.7.gate_proj.weight';
    expect(found(name, weight([2, 3], float32, 24))).toEqual([[name, [2, 3], 100, 24]]);
  });
});
