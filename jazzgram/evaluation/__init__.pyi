from .copying import CorpusRuns as CorpusRuns
from .copying import Match as Match
from .copying import NoteCopy as NoteCopy
from .copying import RunIndex as RunIndex
from .copying import is_varied as is_varied
from .metrics import measure_solos as measure_solos
