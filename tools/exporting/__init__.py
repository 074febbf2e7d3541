"""From an approved text and an audience to a send list: who may receive it, who is held out, files and a manifest."""
