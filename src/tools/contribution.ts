import type { AgentTool } from './agentTool';

/** What stands before the names of our tools in VS Code, where those of all extensions are together. */
export const toolPrefix = 'promptTuner_';

/** What package.json says of a tool under `contributes.languageModelTools`; what people read is there by its key. */
export const contribution = ({ name, description, icon, effect, schema }: AgentTool) => ({
  name: `${toolPrefix}${name}`,
  displayName: `%tool.${name}%`,
  modelDescription: description,
  userDescription: `%tool.${name}.does%`,
  icon,
  canBeReferencedInPrompt: true,
  toolReferenceName: name,
  tags: ['prompt-tuner'],
  ...(effect === 'work' && { when: 'isWorkspaceTrusted' }),
  inputSchema: schema,
});
