import { floatTypes, intAttribute, type Node } from '../../onnx/graph';
import type { Tape } from '../tape';
import { broadcasting, rule, type Rules } from './rule';

/** y = f(a, b) with broadcasting, which the walk undoes, and y = f(x) position by position. */
export const elementwise: Rules = {
  // d(a + b) = da + db
  Add: rule(({ g }) => [() => g, () => g], broadcasting),
  // d(a - b) = da - db
  Sub: rule(({ g, t }) => [() => g, () => t.neg(g)], broadcasting),
  // d(ab) = b da + a db
  Mul: rule(({ x: [a, b], g, t }) => [() => t.mul(g, b!), () => t.mul(g, a!)], broadcasting),
  // d(a/b) = da/b - (a/b) db/b
  Div: rule(({ x: [, b], y, g, t }) => [() => t.div(g, b!), () => t.neg(t.div(t.mul(g, y), b!))], broadcasting),
  // d(aᵖ) = p aᵖ⁻¹ da + aᵖ log(a) dp
  Pow: rule(
    ({ x: [a, p], y, g, t }) => [() => t.mul(g, powerSlope(a!, p!, t)), () => t.mul(g, t.mul(y, t.op('Log', [a!])))],
    broadcasting,
  ),
  // y = a where c, else b: da = g where c, else 0; db = 0 where c, else g
  Where: rule(
    ({ x: [condition], g, t }) => [
      undefined,
      () => t.op('Where', [condition!, g, t.scalar(0)]),
      () => t.op('Where', [condition!, t.scalar(0), g]),
    ],
    { ...broadcasting, integerInputs: [0] },
  ),
  // d(-x) = -dx
  Neg: rule(({ g, t }) => [() => t.neg(g)]),
  // d√x = dx / 2√x
  Sqrt: rule(({ y, g, t }) => [() => t.div(g, t.mul(t.scalar(2), y))]),
  // d(1/x) = -dx / x²
  Reciprocal: rule(({ y, g, t }) => [() => t.neg(t.mul(g, t.mul(y, y)))]),
  // deˣ = eˣ dx
  Exp: rule(({ y, g, t }) => [() => t.mul(g, y)]),
  // d log x = dx / x
  Log: rule(({ x: [x], g, t }) => [() => t.div(g, x!)]),
  // d sin x = cos x dx
  Sin: rule(({ x: [x], g, t }) => [() => t.mul(g, t.op('Cos', [x!]))]),
  // d cos x = -sin x dx
  Cos: rule(({ x: [x], g, t }) => [() => t.neg(t.mul(g, t.op('Sin', [x!])))]),
  // tanh' = 1 - tanh²
  Tanh: rule(({ y, g, t }) => [() => t.mul(g, t.sub(t.scalar(1), t.mul(y, y)))]),
  // σ' = σ (1 - σ)
  Sigmoid: rule(({ y, g, t }) => [() => t.mul(g, t.mul(y, t.sub(t.scalar(1), y)))]),
  // erf' = 2/√π exp(-x²)
  Erf: rule(({ x: [x], g, t }) => [
    () => t.mul(g, t.mul(t.scalar(2 / Math.sqrt(Math.PI)), t.op('Exp', [t.neg(t.mul(x!, x!))]))),
  ]),
  // max(x, 0)' = sign max(x, 0)
  Relu: rule(({ y, g, t }) => [() => t.mul(g, t.op('Sign', [y]))]),
  // |x|' = sign x
  Abs: rule(({ x: [x], g, t }) => [() => t.mul(g, t.op('Sign', [x!]))]),
  Identity: rule(({ g }) => [() => g]),
  // dx = g in the type of x; gradients are floats even where a quantised product is whole numbers
  Cast: rule(({ x: [x], g, t }) => [() => (t.isWhole(x!) ? g : t.op('CastLike', [g, x!]))], {
    isStep: castsToInteger,
  }),
  CastLike: rule(({ x: [x], g, t }) => [() => t.op('CastLike', [g, x!]), undefined]),
  // d Σ xᵢ = Σ dxᵢ
  Sum: rule(({ x, g }) => x.map(() => () => g), broadcasting),
  // dxᵢ = g where xᵢ won, in equal parts where several did
  Max: rule(({ x, y, g, t }) => x.map((operand) => () => shareOfWinners(operand, x, { y, g, t })), broadcasting),
  Min: rule(({ x, y, g, t }) => x.map((operand) => () => shareOfWinners(operand, x, { y, g, t })), broadcasting),
  // dx = g between the bounds, 0 where x was held at one
  Clip: rule(({ x: [x, low, high], g, t }) => [
    () => {
      const inside = [
        ...(low ? [t.op('GreaterOrEqual', [x!, low])] : []),
        ...(high ? [t.op('LessOrEqual', [x!, high])] : []),
      ];
      return inside.reduce((gradient, within) => t.op('Where', [within, gradient, t.scalar(0)]), g);
    },
    undefined,
    undefined,
  ]),
  // a mod b = a - b ⌊a/b⌋: da = g between the jumps
  Mod: rule(
    ({ g }) => [
      () => g,
      () => {
        throw new RangeError('a divisor that is trained');
      },
    ],
    broadcasting,
  ),
};

function castsToInteger(node: Node): boolean {
  return !floatTypes.includes(intAttribute(node, 'to', floatTypes[0]!));
}

function shareOfWinners(
  operand: string,
  all: readonly string[],
  { y, g, t }: { readonly y: string; readonly g: string; readonly t: Tape },
): string {
  if (all.length === 1) return g;
  const won = (value: string): string => t.op('CastLike', [t.op('Equal', [value, y]), y]);
  const winners = all.map(won).reduce((sum, value) => t.add(sum, value));
  return t.div(t.mul(g, won(operand)), winners);
}

/** p aᵖ⁻¹, without a general power for the squares and cubes that models are made of. */
function powerSlope(a: string, p: string, t: Tape): string {
  const exponents = t.known(p) ?? [];
  const only = (value: number): boolean => exponents.length > 0 && exponents.every((exponent) => exponent === value);
  if (only(2)) return t.mul(t.scalar(2), a);
  if (only(3)) return t.mul(t.scalar(3), t.mul(a, a));
  // Exponents may be integers even where the base is not.
  const exponent = t.op('CastLike', [p, a]);
  return t.mul(exponent, t.op('Pow', [a, t.sub(exponent, t.scalar(1))]));
}
