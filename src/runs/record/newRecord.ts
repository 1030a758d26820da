import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import type { LanguageModel } from '../../model/openModel';
import type { PromptTemplate } from '../../template/read/template';
import type { Settings } from '../../template/settings/settings';
import type { Task } from '../../objective/task';
import { formOf } from '../../objective/recordedForm';
import type { RunRecord } from './record';
import type { Split } from './words/recordWords';
import { sha256 } from '../../files/sha256';
import { numbersEdition, promptTunerVersion } from './versions';

/**
 * The record of a run that waits; data, model and the runtime's version are filled in once it is at work, so that
 * nothing is loaded for it before.
 */
export function newRecord(template: PromptTemplate, settings: Settings): RunRecord {
  const now = new Date();
  const name = template.variant ? `${template.name}.${template.variant}` : template.name;
  return {
    format: 1,
    id: newRunId(name, settings.method, now),
    method: settings.method,
    template: {
      path: resolve(template.path),
      text: template.text,
      sha256: sha256(template.text),
      partials: template.partials,
    },
    settings,
    data: {},
    model: { id: template.model, path: '', sha256: '', parameters: 0 },
    versions: { promptTuner: promptTunerVersion, numbers: numbersEdition, node: process.version, onnxruntime: '' },
    status: 'queued',
    created: now.toISOString(),
    progress: { phase: 'waiting', step: 0, steps: settings.method === 'hard' ? 0 : settings.steps },
  };
}

/** A record of a run that does not wait: whoever makes it takes it up at once. */
export function atWork(record: RunRecord): RunRecord {
  return { ...record, status: 'running', process: { pid: process.pid, heartbeat: record.created } };
}

/** The record with what an opened task says about its data and model. */
export function withSources(record: RunRecord, task: Task, model: LanguageModel): RunRecord {
  return {
    ...record,
    data: dataOf(task),
    form: formOf(task),
    model: { id: model.id, path: model.folder, sha256: model.sha256, parameters: model.parameters },
  };
}

/** The data files of a task, as a record names them. */
export function dataOf({ splits }: Pick<Task, 'splits'>): RunRecord['data'] {
  const data: { [S in Split]?: NonNullable<RunRecord['data'][S]> } = {};
  for (const split of ['train', 'dev', 'test'] as const) {
    const dataset = splits[split];
    if (dataset) data[split] = { path: dataset.path, rows: dataset.rows, sha256: dataset.sha256 };
  }
  return data;
}

/** An id that sorts by time and can be read: `20260314-150926-triage-soft-4f1c`. */
export function newRunId(templateName: string, method: string, now: Date): string {
  const name =
    templateName
      .normalize('NFKD')
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 40) || 'prompt';
  return `${compactTime(now)}-${name}-${method}-${randomBytes(2).toString('hex')}`;
}

/** A moment as ids hold it, in universal time: `20260314-150926`. */
export function compactTime(now: Date): string {
  return now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
}
