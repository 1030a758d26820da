/** What a run can be exported as. */
export const exportFormats = ['peft', 'onnx', 'text', 'embeddings', 'tensorrt-llm', 'transformers.js'] as const;
export type ExportFormat = (typeof exportFormats)[number];
