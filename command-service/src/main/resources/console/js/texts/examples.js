/** What a new file may begin with. The simulated boards send temperature and fanState, and understand these commands. */
export const examples = [
  {
    name: "A command when a value passes a limit",
    file: "fan.rules.yaml",
    text: `rules:
  # On above 30 degrees, off below 27. Between them nothing happens, so that the fan does not chatter.
  - rule: fan-on
    expr: temperature > 30
    resolve_expr: temperature < 27
    send: FAN_ON
    on_resolved:
      - send: FAN_OFF
`,
  },
  {
    name: "An alert when it stays too hot",
    file: "hot.rules.yaml",
    text: `rules:
  - alert: TooHotForLong
    expr: temperature > 35
    for: 2m
    labels:
      severity: warning
    annotations:
      summary: "\${device.id} is at \${fixed(temperature, 1)} °C"
`,
  },
  {
    name: "An alert with two levels",
    file: "levels.rules.yaml",
    text: `rules:
  - alert: Temperature
    levels:
      warning:  {expr: temperature > 30, resolve_expr: temperature < 28, for: 2m}
      critical: {expr: temperature > 40, resolve_expr: temperature < 37}
    annotations:
      summary: "\${device.id}: \${level} at \${temperature} °C"
`,
  },
  {
    name: "An alert when a device falls silent",
    file: "silent.rules.yaml",
    text: `rules:
  - alert: NothingHeard
    absent_for: 10m
    labels:
      severity: warning
    annotations:
      summary: "nothing from \${device.id} since \${lastSeen}"
`,
  },
];
