"""Files that come with a mail, read into text: in a child process that can do no harm and is ended in time."""
