import type { Builder } from '../onnx/builder';
import type { Dim } from './probeShapes';

/** Axes that broadcasting added in front, and axes (of the operand) that it stretched from 1. */
export function broadcastAxes(
  operand: readonly Dim[],
  result: readonly Dim[],
): { readonly leading: readonly number[]; readonly stretched: readonly number[] } {
  const extra = Math.max(0, result.length - operand.length);
  return {
    leading: Array.from({ length: extra }, (_, i) => i),
    stretched: operand.flatMap((size, axis) => (size === 1 && result[axis + extra] !== 1 ? [axis] : [])),
  };
}

/**
 * Undoes broadcasting: every copy of a number received its own gradient, and the number's is their sum.
 * @param from dimensions of the gradient
 * @param to dimensions of the input that was stretched to them
 * @returns the gradient in the input's dimensions
 */
export function sumTo(
  b: Builder,
  gradient: string,
  { from, to }: { readonly from: readonly Dim[]; readonly to: readonly Dim[] },
): string {
  const { leading, stretched } = broadcastAxes(to, from);
  const squeezed = leading.length ? b.op('ReduceSum', [gradient, b.ints(leading)], { keepdims: 0 }) : gradient;
  return stretched.length ? b.op('ReduceSum', [squeezed, b.ints(stretched)], { keepdims: 1 }) : squeezed;
}
