// Writes an exported model as a folder for transformers, so that PEFT trains the same weights: weights.js FROM TO
import { writeTransformersFolder } from '../../support/models/transformersWeights';

const [from, to] = process.argv.slice(2);
void writeTransformersFolder(from!, to!);
