import { numbersEdition } from '../../../src/runs/record/versions';

/** Prints the edition of the numbers that a training comes to now. */
process.stdout.write(String(numbersEdition));
