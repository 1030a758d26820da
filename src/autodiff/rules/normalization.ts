import { floatAttribute, intAttribute } from '../../onnx/graph';
import type { Tape } from '../tape';
import { broadcasting, rule, type Rule, type Rules } from './rule';

/**
 * y = x̂ · scale + bias, x̂ = (x - μ)/σ over the axes from `axis` on; without the mean for the root-mean-square
 * kind.
 * With h = g · scale: dx = (h - mean h - x̂ mean(h x̂))/σ (Ba et al. 2016; Zhang and Sennrich 2019, without
 * `mean h`); dscale = g x̂, dbias = g.
 */
const normalized = (centred: boolean): Rule =>
  rule(({ x: [x, scale], g, node, t }) => {
    const rank = t.dims(x!).length;
    const axis = intAttribute(node, 'axis', -1);
    const first = axis < 0 ? axis + rank : axis;
    const axes = t.ints(Array.from({ length: rank - first }, (_, i) => first + i));
    const mean = (value: string): string => t.op('ReduceMean', [value, axes], { keepdims: 1 });
    const { unit, inverse } = unitScale(x!, { centred, epsilon: floatAttribute(node, 'epsilon', 1e-5), mean, t });
    return [
      () => {
        const h = scale ? t.mul(g, scale) : g;
        const along = t.mul(unit, mean(t.mul(h, unit)));
        return t.mul(inverse, t.sub(centred ? t.sub(h, mean(h)) : h, along));
      },
      () => t.mul(g, unit),
      () => g,
    ];
  }, broadcasting);

interface Statistics {
  readonly centred: boolean;
  readonly epsilon: number;
  readonly mean: (value: string) => string;
  readonly t: Tape;
}

/** x̂ and 1/σ, σ² = mean (x - μ)² + ε. */
function unitScale(
  x: string,
  { centred, epsilon, mean, t }: Statistics,
): { readonly unit: string; readonly inverse: string } {
  const deviation = centred ? t.sub(x, mean(x)) : x;
  const inverse = t.op('Reciprocal', [t.op('Sqrt', [t.add(mean(t.mul(deviation, deviation)), t.scalar(epsilon))])]);
  return { inverse, unit: t.mul(deviation, inverse) };
}

/** SimplifiedLayerNormalization is ONNX Runtime's own, though it is in the standard domain. */
export const normalization: Rules = {
  LayerNormalization: normalized(true),
  SimplifiedLayerNormalization: normalized(false),
  RMSNormalization: normalized(false),
};
