import type { Page } from 'playwright-core';
import type { Method } from '../../../src/template/settings/settings';
import type { StudyRow } from '../../../src/views/comparison/contract';
import { firstLook, tabKeys, type PageLook, type TabKey } from '../../../webview/comparison/keptPage';
import { fullAnswers, fullComparison, fullRows } from '../../support/comparison/comparison';
import { fullCurves } from '../../support/comparison/curves';
import { fullAnatomy, inputAnswers } from '../../support/comparison/inspected';
import { fullDetail } from '../../support/comparison/rowDetails';
import type { AnswersBy } from './editor';
import { openPage, type Answers, type OpenedPage, type PageOptions } from './openPage';

/** The parts of the page. */
export const tabs = tabKeys;

const runs = Object.keys(inputAnswers);

/** What the extension answers on the comparison that the tests look at. */
export const answers: Answers<'comparison'> = {
  show: fullComparison,
  analyse: fullAnswers,
  rowDetail: fullDetail,
  inspectPrompt: fullAnatomy,
  rows: { by: 'from', answers: Object.fromEntries(fullRows.map((chunk) => [chunk.from, chunk])) },
  askInput: { by: 'run', answers: Object.fromEntries(runs.map((run, question) => [run, { question }])) },
  answerSoFar: {
    by: 'question',
    answers: Object.fromEntries(
      runs.map((run, question) => [question, { more: '', pace: null, answer: inputAnswers[run] }]),
    ),
  },
};

/** For a call that is never answered as it should be. */
export const never: AnswersBy = { by: 'never', answers: {} };

/** Opens the page on a part of it; answers other than the usual ones go before those. */
export function openOn(
  tab: TabKey,
  { look = {}, ...options }: Partial<PageOptions<'comparison'>> & { readonly look?: Partial<PageLook> } = {},
): Promise<OpenedPage<'comparison'>> {
  const all = { ...answers, ...options.answers };
  const state = options.answers?.show ?? fullComparison;
  return openPage('comparison', {
    events: [
      ...('studies' in state ? [['state', state] as const] : []),
      ...fullCurves.map((points) => ['points', points] as const),
    ],
    kept: { family: fullComparison.family, older: false, baseline: null, look: { ...firstLook, tab, ...look } },
    ...options,
    answers: all,
  });
}

/** The study of a method on the template without a variant. */
export function studyOf(method: Method): StudyRow {
  return fullComparison.studies.find((row) => row.method === method)!;
}

/** For each part of the page: waits until it is drawn, and does what its picture is to show. */
export const whenDrawn: Readonly<Record<TabKey, (page: Page) => Promise<void>>> = {
  async summary(page) {
    await page.locator('tr[data-study] .better').waitFor();
  },
  async figures(page) {
    await page.locator('.chart canvas').waitFor();
    await page.locator('[data-figure=confusion] table').first().waitFor();
    await page.locator('[data-figure=reliability] svg').waitFor();
  },
  async rows(page) {
    await page.locator('.lines .line').first().waitFor();
    await page.locator('.lines .line').nth(5).click();
    await page.locator('.detail').waitFor();
  },
  async learned(page) {
    await page.locator('.rewriting ins').waitFor();
    await page.locator('[data-figure=similarities] svg').waitFor();
  },
  async try(page) {
    await page.getByRole('textbox', { name: 'text', exact: true }).fill('Where is my parcel?');
    await page.locator('.answers .said').first().waitFor();
  },
};
