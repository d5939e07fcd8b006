/** What is wrong with an intrusion prevention rule or its application type: a sentence that names the object. */
export class IntrusionFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'IntrusionFault';
  }
}
