import { describe, expect, it } from 'vitest';
import { metricKinds } from '../../../../src/metrics/metricKinds';
import { completeAt } from '../../../../src/template/language/completion';
import { hoverAt } from '../../../../src/template/language/hover';

/** Proposals at the `|` of a front matter. */
function labelsAt(marked: string): readonly string[] {
  const text = `---\n${marked}\n---\nx`;
  return completeAt(text.replace('|', ''), text.indexOf('|'), {}).map(({ label }) => label);
}

const hoverOn = (marked: string): string | undefined => {
  const text = `---\n${marked}\n---\nx`;
  return hoverAt(text.replace('|', ''), text.indexOf('|'), {})?.markdown;
};

describe('the editor in tune.metrics', () => {
  it.each(['tune.metrics: |', 'tune.metrics: [exact, |]', 'tune.metrics:\n  - |'])('proposes metrics: %j', (marked) => {
    const labels = labelsAt(marked);
    for (const { kind, required } of metricKinds)
      expect(labels.some((label) => label === kind || (required !== undefined && label.includes(kind)))).toBe(true);
  });

  it('proposes the options of a metric, and what they may be', () => {
    expect(labelsAt('tune.metrics: [{ json: { | } }]')).toEqual(
      expect.arrayContaining(['measure', 'reading', 'loose', 'ignoreNulls', 'name']),
    );
    expect(labelsAt('tune.metrics:\n  - json:\n      measure: |')).toEqual(['f1', 'equal', 'valid', 'parses']);
    expect(labelsAt('tune.metrics: [{ exact: { ignoreCase: | } }]')).toEqual(['true', 'false']);
    expect(labelsAt('tune.metrics: { json: | }')).toEqual(['f1', 'equal', 'valid', 'parses']);
  });

  it('explains a metric wherever it is named, and its options', () => {
    for (const marked of ['tune.metrics: [exact, rou|geL]', 'tune.metrics:\n  - rou|geL', 'tune.metrics: { roug|eL: }'])
      expect(hoverOn(marked)).toContain('longest sequence of ASCII words');
    expect(hoverOn('tune.metrics: [{ json: { mea|sure: valid } }]')).toContain('valid against output.schema');
    expect(hoverOn('tune.met|rics: exact')).toContain('**tune.metrics**');
  });
});
