import { describe, expect, it } from 'vitest';
import { emptyComparison } from '../../support/comparison/comparison';
import { never, openOn, tabs, whenDrawn } from '../support/comparisonPage';
import { openPage, untilSettled, useBrowser } from '../support/openPage';
import { keepPicture } from '../support/pictures';
import { themes } from '../support/themes';

describe('the comparison page', () => {
  useBrowser();

  it('gives every control of every part to the Tab key', async () => {
    for (const tab of tabs) {
      const { page } = await openOn(tab, { look: { methods: true } });
      await whenDrawn[tab](page);
      const wanted = await page.evaluate(() => {
        if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
        const fields = 'vscode-checkbox, vscode-dropdown, vscode-text-field, vscode-text-area';
        const all = document.querySelectorAll<HTMLElement>(`button, summary, vscode-button, ${fields}, [tabindex="0"]`);
        const controls = [...all].filter((control) => control.checkVisibility() && control.getClientRects().length > 0);
        controls.forEach((control, index) => {
          control.dataset.control = String(index);
        });
        return controls.length;
      });
      const reached = new Set<string | undefined>();
      for (let press = 0; press < wanted + 10; press++) {
        await page.keyboard.press('Tab');
        reached.add(await page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset.control));
      }
      const missed = await page.evaluate(
        (found) =>
          [...document.querySelectorAll<HTMLElement>('[data-control]')]
            .filter(({ dataset }) => !found.includes(dataset.control))
            .map(({ outerHTML }) => outerHTML.slice(0, 120)),
        [...reached],
      );
      expect(missed, tab).toStrictEqual([]);
    }
  });

  it('goes from tab to tab with the arrow keys', async () => {
    const { page } = await openOn('summary');
    await page.locator('.better').waitFor();
    await page.getByRole('tab', { name: 'Summary' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.locator('.chart canvas').waitFor();
    expect(await page.evaluate(() => window.kept)).toMatchObject({ look: { tab: 'figures' } });
  });

  it('says what to do when there are no runs, and its button asks for a comparison', async () => {
    const { page, lastRequest } = await openPage('comparison', { answers: { show: emptyComparison } });
    await page.getByText('Nothing to compare yet.').waitFor();
    await keepPicture(page, 'comparison-empty');
    await page.getByRole('button', { name: 'Compare Methods…' }).filter({ visible: true }).click();
    expect(await lastRequest('start')).toStrictEqual({ command: 'compare' });
  });

  it('ignores messages that are not its own or have another shape', async () => {
    const { page, errors } = await openOn('summary');
    await page.locator('.better').waitFor();
    await page.evaluate(() => {
      for (const message of [
        null,
        7,
        'text',
        { kind: 'event' },
        { mark: 'other', kind: 'event', name: 'state', event: {} },
      ])
        window.postMessage(message);
      window.say({ kind: 'event', name: 'state', event: { studies: 'none' } });
      window.say({ kind: 'event', name: 'constructor', event: {} });
      window.say({ kind: 'result', id: 999 });
    });
    await untilSettled(page);
    expect(await page.locator('tr[data-study]').count()).toBe(6);
    expect(errors).toStrictEqual([]);
  });

  it('says at the top what went wrong, with its remedy', async () => {
    const { page } = await openOn('summary', {
      answers: {
        star: { error: { code: 'disk-full', message: 'The label cannot be written.', remedy: 'Free some space.' } },
      },
    });
    await page.locator('.better').waitFor();
    await page.getByRole('button', { name: 'Star B' }).click();
    await page.getByText('The label cannot be written. Free some space.').waitFor();
  });

  it('redraws in the colours of a new theme, and keeps still where motion is unwanted', async () => {
    const { page } = await openOn('summary', { reducedMotion: 'reduce' });
    await page.locator('.better').waitFor();
    await page.evaluate((theme) => window.applyTheme(theme), {
      ...themes.light,
      variables: { ...themes.light.variables, 'charts-orange': '#123456' },
    });
    await page.waitForFunction(
      () => document.querySelectorAll('tbody .swatch line')[1]?.getAttribute('stroke') === '#123456',
    );
    expect(await page.evaluate(() => document.getAnimations().map(({ id }) => id))).toStrictEqual([]);
    const waiting = await openOn('figures', {
      reducedMotion: 'reduce',
      answers: { analyse: never },
    });
    await waiting.page.getByText('Reading every answer…').waitFor();
    expect(await waiting.page.locator('vscode-progress-ring').count()).toBe(1);
    expect(await waiting.page.locator('vscode-progress-ring:visible').count()).toBe(0);
  });

  it('chooses a template and earlier runs with the keyboard', async () => {
    const { page, lastRequest } = await openOn('summary', { theme: 'high-contrast' });
    await page.locator('.better').waitFor();
    await page.getByRole('combobox', { name: 'Template' }).focus();
    await page.keyboard.press('ArrowDown');
    await expect.poll(async () => (await lastRequest('show')).family).toMatch(/questions$/);
    await page.getByRole('checkbox', { name: 'Earlier runs too' }).click();
    await expect.poll(async () => (await lastRequest('show')).older).toBe(true);
  });
});
