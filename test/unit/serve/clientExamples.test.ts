import { describe, expect, it } from 'vitest';
import { clientExamples } from '../../../src/serve/clientExamples';

describe('how clients ask a server', () => {
  const text = clientExamples('http://127.0.0.1:8080/v1', [
    { id: 'triage', labels: ['bug', 'billing'] },
    { id: 'story' },
  ]);

  it('asks for labels by their route, and for texts as they are written', () => {
    const bodies = [...text.matchAll(/curl (.*) \\\n.*\n {2}--data '(.*)'/g)].map(
      ([, call, body]) => [call, JSON.parse(body!)] as const,
    );
    expect(bodies).toEqual([
      ['http://127.0.0.1:8080/v1/classify', { model: 'triage', input: [expect.any(String)] }],
      [
        '--no-buffer http://127.0.0.1:8080/v1/chat/completions',
        { model: 'story', messages: [{ role: 'user', content: expect.any(String) as string }], stream: true },
      ],
    ]);
  });

  it('has for each model what OpenAI’s clients take', () => {
    for (const id of ['triage', 'story']) {
      expect(text).toContain(`  model: '${id}',`);
      expect(text).toContain(`    model="${id}",`);
    }
  });
});
