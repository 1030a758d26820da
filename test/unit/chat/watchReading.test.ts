import { describe, expect, it } from 'vitest';
import { openChatTemplate } from '../../../src/chat/chatTemplate';
import { Text, watchReading } from '../../../src/chat/jinja/values/text';

/** Whether a chat template goes by what the one message says. */
function reads(template: string, said = 'Some words'): boolean {
  const content = new Text(said, 'ā'.repeat(said.length));
  const messages = [{ role: 'user', content }];
  return watchReading(() => openChatTemplate(template, {}).render(messages)).hasRead;
}

describe('watching what a chat template reads of a message', () => {
  it.each([
    '{{ messages[0].content }}',
    "{{ '<' + messages[0]['content'] + '>' }}",
    '{{ messages[0].content | trim }}',
    "{{ messages[0].content.strip() ~ 'x' }}",
    "{% if messages[0].role == 'user' and messages[0].content is string %}{{ messages[0].content }}{% endif %}",
    '{% set c = messages[0].content %}{{ c * 2 }}',
  ])('finds nothing where texts are only moved: %s', (template) => {
    expect(reads(template)).toBe(false);
  });

  it.each([
    "{% if messages[0].content == 'a' %}b{% endif %}",
    "{% if 'a' in messages[0].content %}b{% endif %}",
    '{% if messages[0].content %}b{% endif %}',
    '{{ messages[0].content | length }}',
    '{% for letter in messages[0].content %}-{% endfor %}',
    "{% if messages[0].content.startswith('a') %}b{% endif %}",
    "{{ messages[0].content.split(' ')[0] }}",
    "{{ {'Some words': 'b'}[messages[0].content] }}",
    '{{ messages[0].content | tojson }}',
    '{{ messages[0].content | upper }}',
    "{{ '%s' | format(messages[0].content) }}",
    '{{ messages | string | length }}',
    "{% if messages[0].content < 'a' %}b{% endif %}",
    "{% if (messages[0].content + 'a') | trim == 'a' %}b{% endif %}",
    '{% if messages[0].content[:1] %}b{% endif %}',
  ])('finds every look at letters, or at how many there are: %s', (template) => {
    expect(reads(template)).toBe(true);
  });
});
