"""Sound: MIDI and solos become samples, and samples become files, with wheels from PyPI alone.

`render` plays, `soundfonts` finds the instruments, `master` sets levels, `resample` changes sample rates, `encode`
writes files, `files` renders MIDI files and `sf3` unpacks compressed soundfonts. Samples are float32 arrays of shape
(frames, 2), left and right, full scale 1.0.
"""
