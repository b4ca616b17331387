"""Sound: MIDI and solos become samples, and samples become files, with wheels from PyPI alone.

`bank` and `soundfont` have recordings of notes (`regions`), `soundfonts` finds a soundfont. `player` plays notes with
them, `room` adds reverberation, `render` renders solos, `midi_file` and `files` MIDI files, `device` plays aloud.
`levels` estimates loudness, `master` measures and sets it, `page` has what a page plays with, `encode` writes files.
Samples are float32 arrays of shape (frames, 2), left and right, full scale 1.0.
"""
