// The built trainer, which stops itself where `stopAt.cjs` is told to.
require('./stopAt.cjs');
require('../../../dist/trainer.js');
