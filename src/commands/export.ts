import type { ExportFormat } from '../use/export/exportFormats';
import type { Exported } from '../use/export/exportRun';

const written: Readonly<Record<ExportFormat, string>> = {
  peft: 'a PEFT adapter',
  onnx: 'an ONNX model',
  text: 'the text as a template and as messages',
  embeddings: 'vectors and a program for prompt embeddings',
  'tensorrt-llm': 'a prompt table',
  'transformers.js': 'a folder for transformers.js',
};

/** One line, and one a file. */
export function formatExport({ format, folder, files }: Exported): string {
  const program = files.find((file) => file.startsWith('use.'));
  const how = program ? `${program} in it uses it, and README.md says how` : 'README.md in it says what it is';
  return [`Wrote ${written[format]} to ${folder}; ${how}.`, ...files.map((file) => `  ${file}`)].join('\n');
}
