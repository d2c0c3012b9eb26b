import { createFileRoute } from '@tanstack/react-router';
import { FaultBoard } from '@/features/monitoring/board/FaultBoard';

export const Route = createFileRoute('/shared/faults')({ component: FaultBoard });
