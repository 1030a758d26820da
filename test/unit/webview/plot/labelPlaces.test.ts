import { describe, expect, it } from 'vitest';
import { labelPlaces } from '../../../../webview/plot/labelPlaces';

describe('the places of labels in a plot', () => {
  const at = (x: number, y: number, label = '1') => ({ x, y, label });
  const anchors = (...points: ReturnType<typeof at>[]) => labelPlaces(points, 14).map((place) => place['text-anchor']);

  it('are to the right of a point that has room there', () => {
    expect(labelPlaces([at(50, 60)], 14)).toEqual([{ x: 64, y: 64, 'text-anchor': 'start' }]);
    expect(anchors(at(50, 60), at(150, 60))).toEqual(['start', 'start']);
  });

  it('are to the left where another point is near on the right', () => {
    expect(anchors(at(50, 60), at(66, 60, '2'))).toEqual(['end', 'start']);
  });

  it('differ for points in one place', () => {
    const places = labelPlaces([at(50, 60), at(50, 60, '2'), at(50, 60, '3'), at(50, 60, '4')], 14);
    expect(new Set(places.map(({ x, y }) => `${x} ${y}`)).size).toBe(4);
  });

  it('are to the right where no place is free', () => {
    const crowd = Array.from({ length: 400 }, (_, i) => at(Math.floor(i / 20) * 4, (i % 20) * 4));
    expect(labelPlaces(crowd, 14).at(-190)).toMatchObject({ 'text-anchor': 'start' });
  });
});
