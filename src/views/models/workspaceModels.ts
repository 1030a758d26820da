import * as vscode from 'vscode';
import { modelsOfTemplates } from '../../workspace/templateModels';

/** Files of a workspace that are looked at, of each kind. */
const most = 100;

/** Models that the workspace holds or its templates name; nothing of it is read while it is not trusted. */
export async function modelsInWorkspace(): Promise<readonly string[]> {
  if (!vscode.workspace.isTrusted) return [];
  const find = (pattern: string) =>
    vscode.workspace.findFiles(pattern, '**/{node_modules,.prompt-tuner}/**', most).then(
      (found) => found.map(({ fsPath }) => fsPath),
      () => [],
    );
  const [files, templates] = await Promise.all([
    find('**/{model.onnx,model.safetensors,model.safetensors.index.json,*.gguf}'),
    find('**/*.prompt'),
  ]);
  return [...files, ...(await modelsOfTemplates(templates))];
}
