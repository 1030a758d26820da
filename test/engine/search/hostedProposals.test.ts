import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { AskEditor } from '../../../src/endpoint/editorQuestion';
import { trainHosted } from '../../../src/inspection/hosted/trainHosted';
import { listRuns } from '../../../src/runs/store/scanRuns';
import { assembleModel } from '../../support/models/models';
import { makeWorkspace, type Workspace } from '../../support/engine/workspace';

const workspaces: Workspace[] = [];
afterAll(() => Promise.all(workspaces.map((workspace) => workspace.dispose())));

const body = '{{#instruction}}Say how the day was.{{/instruction}}\nText: {{text}}\nThe day was{{label}}';
const set = {
  'tune.instruction': 'text',
  'tune.propose': 'own.prompt',
  'tune.searchBudget': '900',
  'tune.steps': '1',
  'tune.learningRate': '0.1',
};
const access = { settings: { vscode: { retries: 0 } }, prices: {}, keys: {}, consent: true };

function open() {
  const workspace = makeWorkspace({ body, model: assembleModel('reference/stories260k') });
  workspaces.push(workspace);
  const folder = join(workspace.file, '..');
  writeFileSync(
    join(folder, 'own.prompt'),
    '---\nmodel: vscode:copilot/big\n---\n{{role "user"}}Mend it: {{current}}{{#each rows}} {{input}}{{/each}}',
  );
  return { file: workspace.file, runs: join(folder, 'runs') };
}

/** VS Code's models, which write texts until the permission is taken back. @param most that are answered */
function models(most: number) {
  let asked = 0;
  const askEditor: AskEditor = () => {
    asked++;
    if (asked > most) return Promise.resolve({ refusal: { code: 'NoPermissions', message: 'no' } });
    const text = `Tell me what kind of day it was, ${asked}.`;
    return Promise.resolve({ answer: { text, model: 'copilot/big', promptTokens: 9, completionTokens: 9 } });
  };
  return { askEditor, asked: () => asked };
}

describe('a training whose instructions a model of VS Code writes', () => {
  it('keeps what it has when the permission is withdrawn, says so, and goes on once it is given again', async () => {
    const { file, runs } = open();
    const request = { file, runs, method: 'v2' as const, set, access };
    const withdrawn = models(2);
    await expect(trainHosted(request, withdrawn)).rejects.toThrow(
      'VS Code does not let Prompt Tuner ask the language model "copilot/big".',
    );
    const [failed] = await listRuns(runs);
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'endpoint-consent' } });
    const folder = join(runs, failed!.id);
    const again = models(1000);
    expect(await trainHosted({ ...request, folder }, again)).toEqual({ stopped: false });
    const [done] = await listRuns(runs);
    expect(done!.status).toBe('done');
    expect(readFileSync(join(folder, 'log.txt'), 'utf8')).toMatch(
      /Asked for instructions \(own\.prompt [0-9a-f]{12}\): "Tell me what kind of day it was, 1\."/,
    );
    // What was answered before the permission went is not asked again.
    const { file: other, runs: fresh } = open();
    const whole = models(1000);
    await trainHosted({ ...request, file: other, runs: fresh }, whole);
    expect(again.asked()).toBe(whole.asked() - 2);
  });
});
