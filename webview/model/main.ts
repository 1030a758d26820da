import '../translations';
import * as l10n from '@vscode/l10n';
import {
  isKeptModel,
  modelSide,
  type KeptModel,
  type ModelPageState,
  type ShownModel,
} from '../../src/views/models/contract';
import { button, registerControls, vsCodeButton } from '../controls';
import { element } from '../element';
import { connectToHost } from '../host';
import { factsOf, methodsOf, operatorsOf, speedOf } from './tables';

registerControls(vsCodeButton());

const page = document.getElementById('page')!;
const title = element('h1');
const problem = element('p', { class: 'problem', role: 'status' });
const facts = element('div');
const methods = element('section', { 'aria-label': l10n.t`Methods` });
const measured = element('section', { 'aria-label': l10n.t`Speed`, 'aria-live': 'polite' });
const operators = element('section', { 'aria-label': l10n.t`Operators` });
problem.hidden = true;
page.append(title, problem, facts, methods, measured, operators);

const { channel, choices } = connectToHost(modelSide, {});
let kept: KeptModel | undefined = isKeptModel(choices.getState()) ? (choices.getState() as KeptModel) : undefined;
title.textContent = kept?.reference ?? l10n.t`Model`;
facts.append(element('p', { class: 'quiet', role: 'status' }, l10n.t`The model is being read…`));

channel.call('show', { reference: kept?.reference ?? null }).then(draw, fail);

function draw({ reference, model, problem: why }: ModelPageState): void {
  kept = { reference, ...(kept?.reference === reference && kept.speed && { speed: kept.speed }) };
  choices.setState(kept);
  title.textContent = reference;
  facts.replaceChildren();
  if (why !== null) fail(new Error(why));
  if (!model) return;
  facts.append(factsOf(model));
  methods.replaceChildren(element('h2', {}, l10n.t`Methods`), methodsOf(model));
  operators.replaceChildren(element('h2', {}, l10n.t`Operators`), ...operatorsOf(model));
  drawSpeed(model);
}

function drawSpeed(model: ShownModel): void {
  const measure = button(kept?.speed ? l10n.t`Measure Again` : l10n.t`Measure`, () => void time(model), 'primary');
  const now = kept?.speed
    ? speedOf(kept.speed)
    : element(
        'p',
        { class: 'quiet' },
        l10n.t`How fast the model runs and trains on this machine is found out by a short run of it.`,
      );
  measured.replaceChildren(element('h2', {}, l10n.t`Speed`), now, measure);
}

async function time(model: ShownModel): Promise<void> {
  if (!kept) return;
  const { reference } = kept;
  measured.replaceChildren(
    element('h2', {}, l10n.t`Speed`),
    element('p', { class: 'quiet' }, l10n.t`A few passes are being run…`),
  );
  try {
    const speed = await channel.call('measure', { reference });
    kept = { reference, speed };
    choices.setState(kept);
    drawSpeed(model);
  } catch (error) {
    drawSpeed(model);
    measured.append(element('p', { class: 'problem' }, messageOf(error)));
  }
}

function fail(error: unknown): void {
  facts.replaceChildren();
  problem.textContent = messageOf(error);
  problem.hidden = false;
}

function messageOf(error: unknown): string {
  const remedy =
    typeof error === 'object' && error !== null && 'remedy' in error && typeof error.remedy === 'string'
      ? ` ${error.remedy}`
      : '';
  return (error instanceof Error ? error.message : String(error)) + remedy;
}
