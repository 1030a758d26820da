import * as l10n from '@vscode/l10n';
import { afterEach, describe, expect, it } from 'vitest';
import { openMetric, type TextMetricSetting } from '../../../src/metrics/openMetric';
import { shownTitle } from '../../../src/scoring/metricTitles';

const settings: readonly TextMetricSetting[] = [
  { kind: 'exact', name: 'm' },
  { kind: 'f1', name: 'm' },
  { kind: 'contains', name: 'm' },
  { kind: 'startsWith', name: 'm' },
  { kind: 'regex', name: 'm', pattern: 'a' },
  { kind: 'number', name: 'm' },
  { kind: 'levenshtein', name: 'm' },
  { kind: 'similarity', name: 'm' },
  { kind: 'length', name: 'm' },
  { kind: 'length', name: 'm', unit: 'characters' },
  { kind: 'length', name: 'm', max: 9 },
  { kind: 'json', name: 'm' },
  { kind: 'json', name: 'm', measure: 'equal' },
  { kind: 'json', name: 'm', measure: 'parses' },
];

describe('the title of a metric', () => {
  afterEach(() => l10n.config({ contents: {} }));

  it('is as a record has it in English', () => {
    expect(settings.map((setting) => shownTitle(openMetric(setting).title))).toEqual(
      settings.map((setting) => openMetric(setting).title),
    );
  });

  it.each(settings.map((setting) => openMetric(setting).title))('is translated: %s', (title) => {
    l10n.config({ contents: { [title]: '指标' } });
    expect(shownTitle(title)).toBe('指标');
  });

  it('keeps its conditions', () => {
    l10n.config({ contents: { Number: '数值', not: '取反' } });
    expect(shownTitle('Number, not')).toBe('数值, 取反');
  });

  it('stays where it is a name', () => {
    for (const name of ['BLEU (zh)', 'chrF, words up to 2', 'ROUGE-L', 'politeness.js', 'toString'])
      expect(shownTitle(name)).toBe(name);
  });
});
