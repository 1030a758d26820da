import { isNumber, isText, object, type Infer } from '../../channel/guards';

export const isLabelProbability = object({ label: isText, probability: isNumber });
export type LabelProbability = Infer<typeof isLabelProbability>;
