import { describe, expect, it } from 'vitest';
import { openChatTemplate } from '../../../src/chat/chatTemplate';

const wide = 3_000;
/** Loops for more steps than any template may take, unless there is no user. */
const endless = [
  "{% if messages[0].role == 'user' %}",
  `{% for a in range(${wide}) %}{% for b in range(${wide}) %}{% endfor %}{% endfor %}`,
  '{% endif %}',
].join('');

describe('a chat template that came to no end', () => {
  it('is not run again for whatever messages, and opened again neither', () => {
    const run = (role: string) => () => openChatTemplate(endless, {}).render([{ role, content: 'x' }]);
    expect(run('system')()).toMatchObject({ text: '' });
    expect(run('user')).toThrow('too many steps');
    expect(run('system')).toThrow('too many steps');
  });

  it('is not blamed for messages that are too long', () => {
    const letters = '{% for l in m.content %}{% for k in range(90) %}{% endfor %}{% endfor %}';
    const template = openChatTemplate(`{% for m in messages %}${letters}{% endfor %}`, {});
    expect(() => template.render([{ role: 'user', content: 'x'.repeat(60_000) }])).toThrow('too many steps');
    expect(template.render([{ role: 'user', content: 'x' }]).text).toBe('');
  });
});
