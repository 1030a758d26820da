import { rule, type Rules } from './rule';
import type { Tape } from './tape';

/** y = f(a, b) with broadcasting, and y = f(x) position by position. */
export const elementwise: Rules = {
  // d(a+b) = da + db
  Add: rule(({ x: [a, b], y, g, t }) => [() => t.sumTo(g, a!, y), () => t.sumTo(g, b!, y)]),
  Sub: rule(({ x: [a, b], y, g, t }) => [() => t.sumTo(g, a!, y), () => t.sumTo(t.neg(g), b!, y)]),
  // d(ab) = b da + a db
  Mul: rule(({ x: [a, b], y, g, t }) => [() => t.sumTo(t.mul(g, b!), a!, y), () => t.sumTo(t.mul(g, a!), b!, y)]),
  // d(a/b) = da/b - (a/b) db/b
  Div: rule(({ x: [a, b], y, g, t }) => [
    () => t.sumTo(t.div(g, b!), a!, y),
    () => t.sumTo(t.neg(t.div(t.mul(g, y), b!)), b!, y),
  ]),
  // d(a^p) = p a^(p-1) da + a^p log(a) dp
  Pow: rule(({ x: [a, p], y, g, t }) => [
    () => t.sumTo(t.mul(g, powerSlope(a!, p!, t)), a!, y),
    () => t.sumTo(t.mul(g, t.mul(y, t.op('Log', [a!]))), p!, y),
  ]),
  // choice passes the gradient to the operand it took
  Where: rule(({ x: [condition, a, b], y, g, t }) => [
    undefined,
    () => t.sumTo(t.op('Where', [condition!, g, t.scalar(0)]), a!, y),
    () => t.sumTo(t.op('Where', [condition!, t.scalar(0), g]), b!, y),
  ]),
  Neg: rule(({ g, t }) => [() => t.neg(g)]),
  // d√x = dx / 2√x
  Sqrt: rule(({ y, g, t }) => [() => t.div(g, t.mul(t.scalar(2), y))]),
  // d(1/x) = -dx / x²
  Reciprocal: rule(({ y, g, t }) => [() => t.neg(t.mul(g, t.mul(y, y)))]),
  Exp: rule(({ y, g, t }) => [() => t.mul(g, y)]),
  Log: rule(({ x: [x], g, t }) => [() => t.div(g, x!)]),
  Sin: rule(({ x: [x], g, t }) => [() => t.mul(g, t.op('Cos', [x!]))]),
  Cos: rule(({ x: [x], g, t }) => [() => t.neg(t.mul(g, t.op('Sin', [x!])))]),
  // tanh' = 1 - tanh²
  Tanh: rule(({ y, g, t }) => [() => t.mul(g, t.sub(t.scalar(1), t.mul(y, y)))]),
  // σ' = σ (1 - σ)
  Sigmoid: rule(({ y, g, t }) => [() => t.mul(g, t.mul(y, t.sub(t.scalar(1), y)))]),
  // erf' = 2/√π exp(-x²)
  Erf: rule(({ x: [x], g, t }) => [
    () => t.mul(g, t.mul(t.scalar(2 / Math.sqrt(Math.PI)), t.op('Exp', [t.neg(t.mul(x!, x!))]))),
  ]),
  Relu: rule(({ y, g, t }) => [() => t.mul(g, t.op('Sign', [y]))]),
  Abs: rule(({ x: [x], g, t }) => [() => t.mul(g, t.op('Sign', [x!]))]),
  Identity: rule(({ g }) => [() => g]),
  // Gradients are floats even where a quantised product is whole numbers
  Cast: rule(({ x: [x], g, t }) => [() => (t.isWhole(x!) ? g : t.op('CastLike', [g, x!]))]),
  CastLike: rule(({ x: [x], g, t }) => [() => t.op('CastLike', [g, x!]), undefined]),
  Sum: rule(({ x, y, g, t }) => x.map((operand) => () => t.sumTo(g, operand, y))),
  // the gradient goes to the operand that won, in equal parts where several did
  Max: rule(({ x, y, g, t }) => x.map((operand) => () => t.sumTo(shareOfWinners(operand, x, { y, g, t }), operand, y))),
  Min: rule(({ x, y, g, t }) => x.map((operand) => () => t.sumTo(shareOfWinners(operand, x, { y, g, t }), operand, y))),
  // what was held at a bound no longer moves
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
  // a mod b = a - b ⌊a/b⌋, whose slope in a is 1 between the jumps
  Mod: rule(({ x: [a], y, g, t }) => [
    () => t.sumTo(g, a!, y),
    () => {
      throw new RangeError('a divisor that is trained');
    },
  ]),
};

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

/** p a^(p-1), without a general power for the squares and cubes that models are made of. */
function powerSlope(a: string, p: string, t: Tape): string {
  const exponents = t.known(p) ?? [];
  const only = (value: number): boolean => exponents.length > 0 && exponents.every((exponent) => exponent === value);
  if (only(2)) return t.mul(t.scalar(2), a);
  if (only(3)) return t.mul(t.scalar(3), t.mul(a, a));
  // Exponents may be integers even where the base is not.
  const exponent = t.op('CastLike', [p, a]);
  return t.mul(exponent, t.op('Pow', [a, t.sub(exponent, t.scalar(1))]));
}
