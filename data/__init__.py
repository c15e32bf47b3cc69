"""What is kept: the store, the life of a message, and every statement that reads or changes it.

The packages know no statement: `store` is the file or server behind all of them, `checks` what a person may type,
`places` where somebody lives, `texts` what somebody receives, `csvfile` what somebody dropped in. `lifecycle` is the
table that moves a message. The modules beside them hold the statements, one subject each:

- from an ask to the queue: `commands`, `imports`, `planning`, `crowds`, `drip`, `outlook`, `outgoing`, `imported`;
- what may leave, and when: `rules`, `verdicts`, `cases`, `hours`, `laws`, `stops`, `holds`, `pausing`, `paces`;
- messages under way: `claims`, `marks`, `inbox`, `moves`, `folding`, `happenings`, `provider_messages`, `reconciling`;
- what follows: `sequences`, `follow_up_plan`, `follow_up_store`, `troubles`, `alerts`;
- people: `contacts`, `owners`, `whole_person`, `people`, `addresses`, `readdressing`, `clocks`, `corrections`,
  `merging`, `erasure`, `erased`, `named`, `quoted`, `person_copy`;
- what they said: `replies`, `answered`, `refusals`, `refusal_words`, `consents`, `suppressions`, `barring`, `opt_outs`;
- what the team decides: `decisions`, `bulk`, `audit`, `team`, `template_store`, `versions`, `rule_checks`;
- what is shown and counted: `queries`, `filters`, `filter_address`, `kept`, `reached`, `why`, `reports`, `metrics`,
  `exports`, `days`, `recount`, `played`;
- beside them: `statements` (how SQL is put together), `demo`, `to_postgresql`.
"""
