import { counted } from '../words/formatNumbers';
import { checkText, formatFindings } from '../workspace/checkFiles';
import { agentTool } from './agentTool';
import { text } from './toolInput';
import { requireTemplate } from './workplace';

export const checkTemplate = agentTool({
  name: 'checkTemplate',
  title: 'Check Prompt Template',
  description:
    'Checks a Prompt Tuner template (a .prompt file: YAML front matter and a Handlebars body) with its data ' +
    'files and its model, and lists what is wrong: file:line:column: severity: message [code], with the quick ' +
    'fix that mends it where there is one. Call it after each edit of a .prompt file, and before startRuns.',
  userDescription: 'Checks a prompt template with its data and model.',
  icon: '$(checklist)',
  effect: 'read',
  fields: { template: text('Path of the .prompt file, absolute or relative to the workspace folder.') },
  async run({ template }, place, { signal }) {
    const path = requireTemplate(place, template);
    const findings = await checkText(await place.read(path), path, { rows: true, tokens: true, signal });
    const fixes = findings.flatMap(({ range, fixes: [fix] }) =>
      fix ? [`Fix for line ${range.start.line + 1}: ${fix.title}.`] : [],
    );
    const errors = findings.filter(({ severity }) => severity === 'error').length;
    return [
      ...(errors > 0 ? [`${counted(errors, 'error')}: nothing can be run before they are mended.`] : []),
      formatFindings(findings.map((finding) => ({ file: template, ...finding }))),
      ...fixes,
    ].join('\n');
  },
});
