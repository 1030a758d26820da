import { describe, expect, it, vi } from 'vitest';
import type { ComparisonChoice } from '../../../../src/views/comparison/contract';
import { serveComparison } from '../../../../src/views/comparison/page';
import { record, result } from '../../../support/runs/records';

vi.mock('vscode', async () => import('../../../support/standIns/vscodeStub'));

const family = (name: string) => `/work/${name}`;
const runs = ['a', 'b', 'c'].map((name) => ({
  folder: `/runs/${name}`,
  record: record(name, {
    status: 'done',
    template: { path: `/work/${name}.prompt`, text: name, sha256: name },
    result: result('soft', 0.5, name),
  }),
}));

function panel() {
  const page = { visible: true };
  const stop = () => undefined;
  const served = serveComparison(
    { send: () => undefined, isVisible: () => page.visible, show: () => undefined },
    {
      watcher: { runs, unreadable: [], refresh: () => Promise.resolve(), onChange: () => stop, dispose: stop },
      actions: {} as never,
      measurements: { underWay: [], onChange: () => stop } as never,
      inspector: { work: () => Promise.reject(new Error('nothing is read')) },
      choice: { chosen: [], onChange: () => stop } as never,
    },
    { family: family('a'), older: false, baseline: null },
  );
  const show = async (choice: ComparisonChoice & { readonly first?: boolean }) =>
    (await served.handlers.show(choice)).family;
  return { page, served, show };
}

const kept = (name: string, more = {}) => ({ family: family(name), older: false, baseline: null, ...more });

describe('the comparison panel', () => {
  it('shows what it was opened on, also where it was hidden with something else', async () => {
    const { page, served, show } = panel();
    expect(await show({ ...kept('a'), family: null, first: true })).toBe(family('a'));
    page.visible = false;
    // A hidden page is thrown away, and loaded anew from what it kept when it is seen again.
    page.visible = true;
    served.reopen!(kept('b'));
    expect(await show({ ...kept('a', { baseline: 'a study of a' }), first: true })).toBe(family('b'));
    expect(await show(kept('c'))).toBe(family('c'));
    page.visible = false;
    page.visible = true;
    served.seen!();
    expect(await show({ ...kept('c'), first: true })).toBe(family('c'));
  });

  it('shows what is chosen in it, whatever it was opened on before', async () => {
    const { served, show } = panel();
    await show({ ...kept('a'), first: true });
    served.reopen!(kept('b'));
    expect(await show(kept('c'))).toBe(family('c'));
  });
});
