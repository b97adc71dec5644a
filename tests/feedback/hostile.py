"""Which texts break a careless writer?"""

__all__ = ["HOSTILE"]

HOSTILE = (
    "plain",
    "two\nlines\r\nand\ttabs",
    "\"double\" 'single' `back` \"\"\"three\"\"\" '''three'''",
    "back\\slash \\n \\u0041 \\",
    "{{ 7 * 7 }} {% raw %} {% endraw %} {# gone #} {{ env.HOME }} ${HOME} $(id) %s {0} {}",
    "}} %} #} {{",
    "nul \0 bell \a escape \x1b[31m delete \x7f c1 \x85\x9f",
    "line\u2028 paragraph\u2029 mark\ufeff nothing\u200b",
    "not a character \ufffe \uffff, astral \U0001f600 \U0001fffe, Größe 中文 عربى",
    "half \ud83d of one, other half \ude00",
    "<script>alert(1)</script> &amp; </textarea>",
    "- yaml: [1, 2]\n# no comment\n--- \n... ",
    "file:///etc/hostname",
    "package:@scope/name:run",
    "\n",
    "ends with a line\n",
    " file:///etc/hostname",
    "[DEEPEVAL:IMAGE:1] __import__('os')",
    "null",
    "[1, 2",
    "=1+1",
)
