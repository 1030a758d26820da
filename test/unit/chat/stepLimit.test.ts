import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openChatTemplate } from '../../../src/chat/chatTemplate';
import { Budget } from '../../../src/chat/jinja/values/budget';
import { limitSteps, stepRefusals, stepsOfTyping } from '../../../src/chat/stepLimit';
import { checkTemplate } from '../../../src/template/check/check';
import { promptEncoder } from '../../../src/template/render/promptEncoder';
import { openChatModelAnew, type ModelName } from '../../support/chat/chatModels';
import conversations from '../../support/chat/conversations.json';
import { chatMl, task, withChat } from '../template/check/checkCase';

let steps = 0;
beforeEach(() => {
  steps = 0;
  const { spend } = Budget.prototype;
  vi.spyOn(Budget.prototype, 'spend').mockImplementation(function (this: Budget, spent: number) {
    steps += spent;
    return spend.call(this, spent);
  });
});
afterEach(() => {
  limitSteps(undefined);
  vi.restoreAllMocks();
});

const nextTurn = (): Promise<void> => new Promise((turn) => setImmediate(turn));
/** Loops about so often, whatever the messages. @param name keeps templates apart, since stopped ones are remembered */
const looping = (name: string, turns: number): string =>
  `{# ${name} #}{% for a in range(${Math.ceil(turns / 100)}) %}{% for b in range(100) %}{% endfor %}{% endfor %}` +
  '{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}';
const messages = [{ role: 'user', content: 'x' }];

describe('a process that a person waits for', () => {
  it.each(Object.keys(conversations.tokenizers) as ModelName[])(
    'has many times the steps that opening %s and a conversation take',
    (name) => {
      const { template } = openChatModelAnew(name);
      for (const { tokenizer, messages: turns } of conversations.cases)
        if (tokenizer === name)
          try {
            template.render(turns, { addGenerationPrompt: true });
          } catch {
            // Refused: its steps count like others.
          }
      const rendered = conversations.cases.filter(({ tokenizer }) => tokenizer === name).length;
      expect(steps / rendered).toBeLessThan(stepsOfTyping / 50);
    },
  );

  it('spends on endless chat templates what one turn has, however many and however often they are asked', () => {
    limitSteps(stepsOfTyping);
    const before = stepRefusals();
    for (let each = 0; each < 200; each++)
      expect(() => openChatTemplate(looping(`endless ${each % 20}`, 9_000_000), {}).render(messages)).toThrow(
        expect.objectContaining({ code: 'chat-slow' }),
      );
    expect(steps).toBeLessThan(stepsOfTyping * 1.5);
    expect(stepRefusals() - before).toBe(200);
  });

  it('does not run one again, in whatever turn, that took too many steps by itself', async () => {
    limitSteps(stepsOfTyping);
    const template = openChatTemplate(looping('again', 9_000_000), {});
    expect(() => template.render(messages)).toThrow('waits for');
    const spent = steps;
    await nextTurn();
    expect(() => template.render(messages)).toThrow('waits for');
    expect(steps).toBe(spent);
  });

  it('spreads prompts that together take more than a turn over the next ones', async () => {
    limitSteps(stepsOfTyping);
    const template = openChatTemplate(looping('spread', 1_000), {});
    const rendered = () => {
      try {
        return template.render(messages).text;
      } catch {
        return undefined;
      }
    };
    const inOneTurn = Array.from({ length: 20 }, rendered);
    expect(inOneTurn[0]).toContain('x<|im_end|>');
    expect(inOneTurn.at(-1)).toBeUndefined();
    expect(steps).toBeLessThan(stepsOfTyping * 1.5);
    await nextTurn();
    expect(rendered()).toContain('x<|im_end|>');
  });

  it.each([
    ['reads no chat template that is long', `{# ${'x'.repeat(200_000)} #}x`],
    ['takes no long text of one', "{{ 'x' * 200_000 }}"],
  ])('%s', (_, written) => {
    // Another template, since a process remembers what it has stopped.
    expect(openChatTemplate(`{# free #}${written}`, {}).render(messages).text).not.toBe('');
    limitSteps(stepsOfTyping);
    expect(() => openChatTemplate(written, {}).render(messages)).toThrow('waits for');
  });

  it('learns nothing of a form from what it has stopped', async () => {
    const encoder = withChat(looping('form', 500));
    const settings = { format: 'chat' } as const;
    const whole = promptEncoder(withChat(looping('form', 500)), settings).chat!;
    limitSteps(steps / 2);
    expect(() => promptEncoder(encoder, settings)).toThrow('waits for');
    await nextTurn();
    limitSteps(undefined);
    const { controls, endOfTurn, lead } = promptEncoder(encoder, settings).chat!;
    expect({ controls, endOfTurn, lead }).toEqual({
      controls: whole.controls,
      endOfTurn: whole.endOfTurn,
      lead: whole.lead,
    });
  });

  it('checks what needs no prompt, and says that the rest was not checked', () => {
    limitSteps(stepsOfTyping);
    const text = task('{{role "wizard"}}{{text}}{{label}}', 'tune.data: { train: t.jsonl }\n');
    const rows = Array.from({ length: 20 }, (_, i) => ({ text: `x${i}`, label: 'person' }));
    const codes = (written: string) =>
      checkTemplate(text.replace('{{role "wizard"}}', ''), 'a.prompt', {
        encoder: withChat(written),
        sampleRows: rows,
      }).map(({ code, severity }) => `${code} ${severity}`);
    expect(codes(looping('checked', 9_000_000))).toEqual(['not-checked information']);
    expect(steps).toBeLessThan(stepsOfTyping * 1.5);
    limitSteps(stepsOfTyping);
    expect(codes(chatMl())).toEqual([]);
  });
});
