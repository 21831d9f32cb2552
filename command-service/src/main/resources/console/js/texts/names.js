/** What devices and rules are called, where something else is typed. */
export const names = {
  deviceWrong: (id) => `"${id}" is not a device id: 1 to 256 characters of letters, digits and . _ : - are expected`,
  ruleWrong: (rule) => `"${rule}" is not a rule: group/name is expected`,
};
