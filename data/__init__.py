"""What is kept: the store, the life of a message, and every statement that reads or changes it.

The packages know no statement: `store` is the file or server behind all of them, `checks` what a person may type,
`places` where somebody lives, `texts` what somebody receives, `csvfile` what somebody dropped in. `lifecycle` is the
table that moves a message. The modules beside them hold the statements, one subject each.
"""
